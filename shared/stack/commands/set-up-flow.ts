import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { setUpBroker } from '#shared/messaging/jetstream/set-up-broker.ts';
import { brokerTimesOf } from '#shared/runtime/broker-times.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { participantsOf } from '../access/access.ts';
import { SET_UP } from '../access/credentials-files.ts';

/** Brings the broker at `url` to what the settings and these services need. @throws as setUpBroker does */
export const setUpFlow = (url: string, settings: Settings, services: readonly Service[]): Promise<void> =>
  setUpBroker({
    url,
    name: SET_UP,
    flow: pizzaFlow,
    participants: participantsOf(pizzaFlow, services),
    ...brokerTimesOf(settings),
  });
