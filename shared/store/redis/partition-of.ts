/** FNV-1a over the UTF-16 units: the same order is in the same partition in every process and for ever. */
export function partitionOf(id: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % partitions;
}

/** What of these units is a partition's: the whole parts add up to them. */
export function shareOf(units: number, partition: number, partitions: number): number {
  return Math.floor(units / partitions) + (partition < units % partitions ? 1 : 0);
}
