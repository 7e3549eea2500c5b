import { z } from 'zod';
import { label, orderId, timestamp } from './fields.ts';
import { type DataOf, defineDomain } from './flow.ts';
import { askedByKitchen } from './kitchen.ts';

const ingredient = z.looseObject({
  ingredient: label,
  quantity: z.number().positive('must be more than 0'),
  unit: label.optional(),
});
export type Ingredient = DataOf<typeof ingredient>;

const reserved = z.looseObject({
  orderId,
  reservationId: label,
  ingredientsReserved: z.array(ingredient).min(1, 'must name at least one ingredient'),
  expiresAt: timestamp,
});
const unavailable = z.looseObject({ orderId, reason: label, missing: z.array(label) });
const expired = z.looseObject({ orderId, reservationId: label });
/** Of the request and of the report. */
const release = {
  schema: z.looseObject({ orderId, reservationId: label, reason: label }),
  about: 'reservationId',
  example: { orderId: '12345', reservationId: 'res-456', reason: 'order-timeout' },
} as const;

const byInventory = { owner: 'inventory-service', version: '1.0' } as const;

export const inventoryContract = defineDomain({
  requirement: {
    name: 'inventory',
    fulfilled: 'inventory.reserved',
    rejected: 'inventory.unavailable',
    withdrawn: 'inventory.expired',
    compensation: 'inventory.release',
    compensated: 'inventory.released',
    businessId: 'reservationId',
    takes: {
      units: ({ ingredientsReserved }) =>
        Object.fromEntries(
          (ingredientsReserved as Ingredient[]).map(({ ingredient, quantity }) => [ingredient, quantity]),
        ),
    },
    stage: 'reserved',
  },
  events: {
    'inventory.reserved': {
      ...byInventory,
      schema: reserved,
      about: 'reservationId',
      example: {
        orderId: '12345',
        reservationId: 'res-456',
        ingredientsReserved: [
          { ingredient: 'dough-large', quantity: 1 },
          { ingredient: 'cheese', quantity: 200, unit: 'grams' },
          { ingredient: 'olives', quantity: 50, unit: 'grams' },
        ],
        expiresAt: '2026-01-13T10:30:00Z',
      },
    },
    'inventory.unavailable': {
      ...byInventory,
      schema: unavailable,
      example: { orderId: '12345', reason: 'out-of-stock', missing: ['truffle'] },
    },
    'inventory.expired': {
      ...byInventory,
      schema: expired,
      about: 'reservationId',
      example: { orderId: '12345', reservationId: 'res-456' },
    },
    'inventory.release': { ...askedByKitchen, ...release },
    'inventory.released': { ...byInventory, ...release },
  },
});
