import { colourOf } from './palette.ts';

/** A fixed colour for each series that has one by its name. */
export const coloured = (...names: readonly string[]): object[] =>
  names.flatMap((name) => {
    const fixedColor = colourOf[name];
    return fixedColor ? [ofField(name, [property('color', { mode: 'fixed', fixedColor })])] : [];
  });

export const ofField = (name: string, properties: readonly object[]): object => ({
  matcher: { id: 'byName', options: name },
  properties,
});

export const property = (id: string, value: unknown): object => ({ id, value });

/** A cell of this column leads there; `${__value.raw}` is its text. */
export const linked = (column: string, title: string, url: string): object =>
  ofField(column, [property('links', [{ title, url }])]);
