/** Calls of DynamoDB made at once. */
const AT_ONCE = 8;

/** Does the work for each value, for a few at a time. */
export async function mapInOrder<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const queue = values.values();
  const worker = async () => {
    for (const value of queue) await work(value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
