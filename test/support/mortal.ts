import type { AwsClient } from "../../adapters/aws/client";

/** A client of a process that is killed at its nth write: before the write arrives, or before its answer comes back. */
export function mortal(tables: AwsClient, writes: number, arrives: boolean): AwsClient & { readonly made: () => number } {
  let made = 0;
  return {
    ...tables,
    made: () => made,
    async call<T>(operation: string, input: object): Promise<T> {
      const isWrite = /^(BatchExecute|Put|Update|Delete|TransactWrite)/.test(operation);
      if (isWrite) made += 1;
      if (made > writes && !(arrives && isWrite && made === writes + 1)) throw new Error("killed");
      const answer = await tables.call<T>(operation, input);
      if (made > writes) throw new Error("killed");
      return answer;
    },
  };
}
