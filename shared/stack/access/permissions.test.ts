import { describe, expect, it } from 'vitest';
import { definePizzaFlow, pizzaDomains, pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { deliveryContract } from '#shared/testing/fixtures/delivery-service/contract.ts';
import { natsUsersConfig, operatorPermissions, servicePermissions } from './permissions.ts';

describe('permissions on NATS', () => {
  it('of a new service follow from its contract and its declaration', () => {
    const flow = definePizzaFlow([...pizzaDomains, deliveryContract]);
    const delivery = { name: 'delivery-service', reacts: ['order.created'], followsStream: false };
    const { publish, subscribe } = servicePermissions(flow, [delivery], 'delivery-service');
    const events = publish.allow.filter((subject) => subject.startsWith('pizza.'));
    expect(events.length).toBeGreaterThan(0);
    for (const subject of events) expect(subject).toMatch(/^pizza\.delivery\.[a-z]+\.\*$/);
    expect(publish.allow).toContain('$JS.ACK.PIZZA.delivery-service.>');
    expect(publish.deny).toContain('$JS.API.CONSUMER.DELETE.PIZZA.delivery-service');
    expect(subscribe.allow).toEqual(['_INBOX_delivery-service.>']);
  });

  it('of who keeps copies let it read their types, and neither consume nor publish them', () => {
    const copier = { name: 'order-service', reacts: [], copies: ['payment.failed'], followsStream: false };
    const { allow } = servicePermissions(pizzaFlow, [copier], 'order-service').publish;
    expect(allow.filter((subject) => subject.includes('payment'))).toEqual([
      '$JS.API.DIRECT.GET.PIZZA.pizza.payment.failed.*',
      '$JS.API.CONSUMER.CREATE.PIZZA.*.pizza.payment.failed.*',
    ]);
  });

  it('of who follows the stream leave every durable to its service', () => {
    const follower = { name: 'order-service', reacts: [], followsStream: true };
    const kitchen = { name: 'kitchen-service', reacts: ['order.created'], followsStream: false };
    const { deny } = servicePermissions(pizzaFlow, [follower, kitchen], 'order-service').publish;
    expect(deny).toContain('$JS.API.CONSUMER.DELETE.PIZZA.kitchen-service');
  });

  it('reach the server with hashes of the passwords', () => {
    const config = natsUsersConfig([
      { user: 'operator', password: 'secret', permissions: operatorPermissions(pizzaFlow) },
    ]);
    expect(config).toMatch(/"password": "\$2b\$04\$/);
    expect(config).not.toContain('secret');
  });
});
