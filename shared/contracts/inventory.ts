import { z } from 'zod';
import type { DataOf } from './data-of.ts';
import { label, orderId, timestamp } from './fields.ts';
import { defineDomain } from './flow.ts';

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
const release = z.looseObject({ orderId, reservationId: label, reason: label });

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
      owner: 'inventory-service',
      version: '1.0',
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
      owner: 'inventory-service',
      version: '1.0',
      schema: unavailable,
      example: { orderId: '12345', reason: 'out-of-stock', missing: ['truffle'] },
    },
    'inventory.expired': {
      owner: 'inventory-service',
      version: '1.0',
      schema: expired,
      about: 'reservationId',
      example: { orderId: '12345', reservationId: 'res-456' },
    },
    'inventory.release': {
      owner: 'kitchen-service',
      askedByCorrelator: true,
      version: '1.0',
      schema: release,
      about: 'reservationId',
      example: { orderId: '12345', reservationId: 'res-456', reason: 'order-timeout' },
    },
    'inventory.released': {
      owner: 'inventory-service',
      version: '1.0',
      schema: release,
      about: 'reservationId',
      example: { orderId: '12345', reservationId: 'res-456', reason: 'order-timeout' },
    },
  },
});
