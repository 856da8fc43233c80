/** Whether the memo of a workflow binds it to another warehouse. A run of an earlier version is bound to none. */
export function isBoundElsewhere(memo: Record<string, unknown> | undefined, warehouseId: string): boolean {
  const bound = memo?.['warehouse'];
  return typeof bound === 'string' && bound !== warehouseId;
}
