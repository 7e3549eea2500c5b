import { colourOf } from './palette.ts';

/** One property of the series or column with this name. */
export const ofField = (name: string, id: string, value: unknown): object => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id, value }],
});

/** The fixed colour of each of these series. */
export const coloured = (...series: readonly (keyof typeof colourOf)[]): object[] =>
  series.map((name) => ofField(name, 'color', { mode: 'fixed', fixedColor: colourOf[name] }));

/** The cells of this column lead there; `${__value.raw}` is a cell's text. */
export const linked = (column: string, title: string, url: string): object =>
  ofField(column, 'links', [{ title, url }]);
