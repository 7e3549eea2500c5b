import { redisKind } from './redis/redis-kind.ts';
import type { StoreKind } from './store-kind.ts';

/** Every way of keeping state; STORE chooses one. The first is the default. */
export const storeKinds: readonly StoreKind[] = [redisKind];
