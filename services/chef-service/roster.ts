/** The chefs: plain data for the service, demos, tests and load. `slots`: orders that a chef can have at once. */
export interface Chef {
  readonly chefId: string;
  readonly chefName: string;
  readonly specialties: readonly string[];
  readonly slots: number;
}

/** Enough for 1,000 orders/s with every slot held for 30 s. For a scenario with scarcity, give them fewer. */
const SLOTS = 100_000;

export const roster: readonly Chef[] = [
  { chefId: 'chef-mario', chefName: 'Mario Rossi', specialties: ['margherita', 'marinara'], slots: SLOTS },
  { chefId: 'chef-giulia', chefName: 'Giulia Bianchi', specialties: ['quattro-formaggi', 'vegetariana'], slots: SLOTS },
  { chefId: 'chef-luca', chefName: 'Luca Ferrari', specialties: ['pepperoni', 'margherita'], slots: SLOTS },
  { chefId: 'chef-sofia', chefName: 'Sofia Russo', specialties: ['tartufo', 'vegetariana'], slots: SLOTS },
];

/** Only a specialist makes these. The roster has none for pizza-fritta, so such an order finds no chef. */
export const specialistsOnly: readonly string[] = ['pizza-fritta', 'tartufo'];

/** Minutes for a pizza of that size; a chef without the specialty takes longer. */
export const prepMinutes = { small: 8, medium: 10, large: 12 } as const;
export const unfamiliarMinutes = 4;
