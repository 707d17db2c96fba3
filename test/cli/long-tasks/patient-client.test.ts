import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { patientClient } from "../../../cli/long-tasks";

const lost = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const unavailable = () => new AwsError("ServiceUnavailable", "no", 503, {});
const refused = () => new AwsError("ValidationException", "no", 400, {});

/** A service that fails so, one after the other, and then answers. */
function failing(failures: readonly (() => Error)[]): { readonly client: AwsClient; calls(): number } {
  let count = 0;
  const call = async () => {
    const failure = failures[count];
    count += 1;
    if (failure !== undefined) throw failure();
    return { done: true };
  };
  return { client: { warm: () => undefined, call: call as AwsClient["call"] }, calls: () => count };
}

it.each<[string, readonly (() => Error)[], { calls: number; tells: number; ends: unknown }]>([
  ["goes on once the connection is back, and says both", [lost, lost], { calls: 3, tells: 2, ends: { done: true } }],
  ["waits for a service that is out", [unavailable], { calls: 2, tells: 2, ends: { done: true } }],
  ["gives up after the last wait", [lost, lost, lost, lost], { calls: 4, tells: 1, ends: "connect ECONNREFUSED" }],
  ["repeats nothing that AWS refuses", [refused], { calls: 1, tells: 0, ends: "no" }],
  ["says nothing while all is well", [], { calls: 1, tells: 0, ends: { done: true } }],
])("a long task %s", async (_, failures, { calls, tells, ends }) => {
  const tell = vi.fn();
  const service = failing(failures);
  const patient = patientClient(service.client, { signal: new AbortController().signal, tell, waitsMs: [0, 0, 0] });
  const ended = await patient.call("PutItem", {}).catch((error: Error) => error.message);
  expect({ ended, calls: service.calls(), tells: tell.mock.calls.length }).toEqual({ ended: ends, calls, tells });
});

it("a long task ends at once if it is interrupted", async () => {
  const stop = new AbortController();
  const service = failing(Array(5).fill(lost));
  const patient = patientClient(service.client, {
    signal: stop.signal,
    tell: () => stop.abort(new Error("interrupted")),
    waitsMs: [60_000],
  });
  await expect(patient.call("PutItem", {})).rejects.toThrow();
  expect(service.calls()).toBe(1);
});
