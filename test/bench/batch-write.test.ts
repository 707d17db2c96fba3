import { type AwsClient, AwsError } from "../../adapters/aws/client";
import { batchWrite, type WriteRequest } from "../../bench/batch-write";

/** Takes as many of each call's writes as the next number says; a text is an error's name. */
function clientTaking(...answers: readonly (number | string)[]) {
  const calls: WriteRequest[][] = [];
  const client: AwsClient = {
    async call<T>(_: string, { RequestItems }: { RequestItems?: Record<string, WriteRequest[]> }): Promise<T> {
      const requests = RequestItems?.list ?? [];
      const answer = answers[calls.push(requests) - 1] ?? 0;
      if (typeof answer === "string") throw new AwsError(answer, "", 400, {});
      const left = requests.slice(answer);
      return { UnprocessedItems: left.length === 0 ? {} : { list: left } } as T;
    },
    warm: () => undefined,
  };
  return { client, calls };
}

const requests = ["a", "b", "c"].map((entry): WriteRequest => ({ PutRequest: { Item: { entry: { S: entry } } } }));

it("a batch write sends unprocessed rows again until DynamoDB has taken all", async () => {
  const { client, calls } = clientTaking(1, 0, "ThrottlingException", 2);
  await batchWrite(client, "list", requests);
  expect(calls.map(({ length }) => length)).toEqual([3, 2, 2, 2]);
});

it("a batch write fails at once if a retry cannot help", async () => {
  const { client, calls } = clientTaking(1, "ResourceNotFoundException");
  await expect(batchWrite(client, "list", requests)).rejects.toThrow(AwsError);
  expect(calls).toHaveLength(2);
});

it("a batch write gives up if DynamoDB takes no more rows", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  await expect(batchWrite(clientTaking().client, "list", requests)).rejects.toThrow("its limits are reached");
  vi.restoreAllMocks();
});
