import { beginErasure, erasureJob, type StandingJob } from "../../../adapters/person/erasure-job";
import { runErasure } from "../../../adapters/person/run-erasure";
import type { ErasingStores } from "../../../adapters/person/stores";
import type { Item } from "../../../adapters/tables/item";
import { personIdOf } from "../../../engine/sign-up/person";
import { hashOf } from "../../engine/sign-up/people";

const person = personIdOf("kim@contoso.com", hashOf);

it("fails, once it stands in the ledger and in the log, where a table does: without what the error says", async () => {
  let row: Item | undefined;
  const write = async (item: Item) => {
    row = item;
    return true;
  };
  const ledger = { get: async () => row, add: write, change: async (_: Item, item: Item) => await write(item) };
  const asked = { by: "oid-1", name: "Lee", person };
  const { job } = (await beginErasure(ledger, undefined, asked, new Date())) as StandingJob;
  const broken = new Error("kim@contoso.com cannot be read");
  const decisions = { pageOf: jest.fn().mockRejectedValue(broken) };
  const report = jest.fn();
  const ports = { stores: { decisions } as unknown as ErasingStores, ledger, hashes: async () => ({ hashOf }), report };
  const failure = await runErasure({ typed: "kim@contoso.com", run: job.run }, ports).catch((error: unknown) => error);
  expect(report).toHaveBeenCalledWith(broken);
  expect((await erasureJob(ledger, person))?.job).toMatchObject({ state: "stopped", obstacle: { why: "failed" } });
  expect(failure).toEqual(new Error("A person could not be erased. The log says why."));
  expect(JSON.stringify(row)).not.toContain("kim@");
});
