/** Fields of a log line as words of its sentence, in this order: what was decided or how it ended, and why. */
const words = [
  ['type', ' '],
  ['fault', ', '],
  ['decision', ': '],
  ['missing', ', missing '],
  ['last', ', last came '],
  ['reason', ', '],
  ['time_to_ready_ms', ', after ', ' ms'],
  ['time_to_end_ms', ', after ', ' ms'],
  ['waiting_s', ', for ', ' s'],
  ['exception_message', ': '],
] as const;

const sentence = `{{__line__}}${words
  .map(([field, before, after = '']) => `{{with .${field}}}${before}{{.}}${after}{{end}}`)
  .join('')}`;

/** LogQL: turns a log line into one sentence, since Grafana shows a line without its fields. */
export const asSentence = `| line_format \`${sentence}\``;
/** The service first. */
export const asNamedSentence = `| line_format \`{{.service_name}}: ${sentence}\``;
