import { askHttp, isOk, jsonOf } from './ask-http.ts';
import { absent, broken, type Finding, ok, type Places } from './hop.ts';

interface Ready {
  readonly broker: string;
  readonly store: string;
}

/** Does every service serve its metrics, and reach its broker and its store? Containers publish no admin port: then only the scrape can tell. */
export async function examineServices({ admin, intake }: Places): Promise<Finding> {
  const asked = await Promise.all(
    Object.entries(admin).map(async ([name, url]) => ({ name, url, answer: await askHttp(`${url}/ready`) })),
  );
  const silent = asked.filter(({ answer }) => answer.status === undefined);
  if (silent.length === asked.length) return withoutAdminPorts(intake);
  const first = silent[0];
  if (first)
    return broken(
      'services',
      `${list(silent)} ${silent.length > 1 ? 'do' : 'does'} not answer; ${first.url} ${first.answer.says}.`,
      `read .data/logs/${first.name}.log, then stop and start again (npm start)`,
    );
  const unready = asked.find(({ answer }) => !isOk(answer));
  if (unready) {
    const { broker, store } = jsonOf<Ready>(unready.answer) ?? { broker: 'unknown', store: 'unknown' };
    return broken(
      'services',
      `${unready.name} is not ready: broker ${broker}, store ${store}.`,
      `start ${broker === 'connected' ? 'Redis' : 'NATS'} again: the services come back by themselves`,
    );
  }
  return ok('services', `${asked.length} services are ready and serve their metrics.`);
}

async function withoutAdminPorts(intake: string): Promise<Finding> {
  const answer = await askHttp(`${intake}/openapi.json`);
  if (isOk(answer)) return absent('services', 'they run in containers that publish no metrics: the scrape tells.');
  return broken(
    'services',
    `no service answers; the order intake at ${intake} ${answer.says}.`,
    'start the stack by npm start or docker compose up --wait; if it runs, check the ports in .env',
  );
}

const list = (services: readonly { name: string }[]): string => services.map(({ name }) => name).join(', ');
