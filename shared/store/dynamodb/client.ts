import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Unavailable } from '#shared/messaging/faults.ts';
import { COMMAND_TIMEOUT_MS, type StoreAt } from '../store-kind.ts';

/** Part of every table's name: data kept in another layout is not seen, and rebuilt from the stream, instead of misread. */
const LAYOUT = 1;

/** The table of a store; its items are of `Item` in table.ts. */
export const tableOf = (service: string): string => `${service}.v${LAYOUT}`;

/** On AWS: region and credentials as the SDK finds them. DynamoDB Local and dynalite look at neither, and the SDK insists on both. */
function identityOf({ hostname }: URL) {
  const aws = /^dynamodb[^.]*\.([^.]+)\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.exec(hostname);
  return aws
    ? { region: String(aws[1]) }
    : { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

/** The client of one table. */
export interface TableClient {
  readonly name: string;
  /** @throws Unavailable('store') with what is wrong, and what to do */
  send<T>(ask: (client: DynamoDBDocumentClient) => Promise<T>): Promise<T>;
  close(): void;
}

/** No request is sent twice: one whose answer is lost may have been carried out. */
export function connectTable({ url, service, commandTimeoutMs = COMMAND_TIMEOUT_MS }: StoreAt): TableClient {
  const name = tableOf(service);
  const plain = new DynamoDBClient({
    endpoint: url,
    ...identityOf(new URL(url)),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: commandTimeoutMs,
      requestTimeout: commandTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  let closed = false;
  return {
    name,
    async send(ask) {
      try {
        if (closed) throw new Error('the store is closed');
        return await ask(client);
      } catch (error) {
        throw faultOf(error as Error, name, url);
      }
    },
    close(): void {
      closed = true;
      client.destroy();
    },
  };
}

/** What is wrong, by the name of DynamoDB's error, and what to do. */
const REMEDIES: readonly (readonly [name: RegExp, sentence: (table: string, url: string) => string])[] = [
  [
    /^ResourceNotFound/,
    (table, url) => `the table ${table} is missing at ${url} (DYNAMODB_ENDPOINT): make it with npm run set-up`,
  ],
  [
    /^Validation/,
    (table, url) =>
      `the table ${table} at ${url} (DYNAMODB_ENDPOINT) has other keys or indexes than this store's: delete it, or set DYNAMODB_ENDPOINT to another place`,
  ],
  [
    /Throttling|ThroughputExceeded|RequestLimitExceeded/,
    (table) => `the table ${table} is throttled: raise its capacity, or switch it to on-demand`,
  ],
  [
    /Credentials|AccessDenied|UnrecognizedClient|Signature|Token/,
    (_, url) =>
      `${url} (DYNAMODB_ENDPOINT) refuses the credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role that may use the table`,
  ],
  [/./, (_, url) => `no answer from ${url} (DYNAMODB_ENDPOINT): start DynamoDB there, or set DYNAMODB_ENDPOINT`],
];

function faultOf(error: Error, table: string, url: string): Unavailable {
  const { name, message } = error;
  const [, sentence] = REMEDIES.find(([pattern]) => pattern.test(name)) ?? [];
  const what = sentence ? `${sentence(table, url)} (${message || name})` : message;
  return new Unavailable('store', { cause: new Error(what, { cause: error }) });
}
