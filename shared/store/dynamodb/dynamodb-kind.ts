import type { StoreKind } from '../store-kind.ts';

export const dynamodbKind: StoreKind = {
  name: 'dynamodb',
  variable: 'DYNAMODB_ENDPOINT',
  url: 'http://127.0.0.1:18000',
  protocols: /^https?:/,
  portVariable: 'DYNAMODB_PORT',
  balances: 'derived',
  keeps:
    'one item per document, written on condition of its revision; counters and pools in one item, counted in groups just after the documents',
  loses:
    'nothing that it answered; counters lag by a group that is under way, by 5 s after a crash; on AWS due times are found a moment late (index); deadlines go by each machine’s clock; dynalite, which npm start runs, never syncs to the disk',
  needs: 'DynamoDB, DynamoDB Local or dynalite; clocks kept by NTP',
  async load() {
    const { createDynamoDbStore } = await import('./dynamodb-store.ts');
    const { dropStore, prepareTables, scanDocuments } = await import('./tables.ts');
    return { open: createDynamoDbStore, documentIds: scanDocuments, drop: dropStore, prepare: prepareTables };
  },
};
