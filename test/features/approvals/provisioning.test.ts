import {
  type AccountTrouble,
  type Created,
  LEASE_MS,
  LONGEST_TRY_MS,
  type ProvisioningPorts,
  provisionRequest,
} from "../../../features/approvals/provisioning";
import type { ApprovalRequest, Stored } from "../../../features/approvals/request";
import { approve, claim, reopen, retry } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
import { alice, DAY, HOUR, later, MINUTE, pending, rowOf } from "./requests";

const approved = rowOf(approve(pending(), { by: alice }, NOW));
const made: Created = { kind: "created", accountId: "account-1", redeemUrl: "https://redeem.example/1" };
const failure = { code: "address-taken", message: "Somebody has it." } as unknown as AccountTrouble["failure"];

/** One run, with a table of one request and a directory. */
async function run(request: Stored, directory: Partial<ProvisioningPorts> = {}, now = NOW) {
  let row = request;
  const noted: string[] = [];
  const created = vi.fn();
  const trouble = vi.fn();
  const progress = vi.fn();
  const denied = vi.fn();
  const ports: ProvisioningPorts = {
    async change(_, transition) {
      const outcome = transition(row);
      if (outcome.ok) row = outcome.request;
      return outcome;
    },
    denyingEntry: async () => undefined,
    createAccount: async (_, before) => {
      progress(before);
      return made;
    },
    noteAccount: async (_, accountId) => {
      noted.push(accountId);
    },
    troubleOf: () => ({ retry: "never", failure }),
    keepsRedeemUrl: true,
    clock: { now: () => now.getTime(), startTimer: () => () => undefined },
    random: { uuid: () => "holder-1" } as ProvisioningPorts["random"],
    onCreated: created,
    onTrouble: trouble,
    onDenied: denied,
    ...directory,
  };
  const result = await provisionRequest(approved.id, ports);
  return { result, row: row as ApprovalRequest, noted, created, trouble, progress, denied };
}

describe("making an account", () => {
  it("fails and names the entry if the list denies the person, and succeeds at a retry once nothing denies", async () => {
    const denyingEntry = async () => "contoso.com" as string | undefined;
    const { result, row, created, progress, denied } = await run(approved, { denyingEntry });
    expect([result, row.state, row.failure, row.lease]).toEqual([
      "failed",
      "failed",
      { reason: "denied-by-list", detail: "contoso.com" },
      undefined,
    ]);
    expect(created).not.toHaveBeenCalled();
    expect(progress).not.toHaveBeenCalled();
    expect(denied).toHaveBeenCalledOnce();
    // The event delivered again, once the deny is gone.
    expect((await run(row)).row).toEqual(row);
    const again = rowOf(retry(row, { by: alice }, NOW));
    expect((await run(again, { denyingEntry })).result).toBe("failed");
    expect((await run(again)).row).toMatchObject({ state: "provisioned" });
    expect(rowOf(reopen(row, { by: alice }, NOW)).state).toBe("pending");
  });

  it("is tried again later if the list cannot be read: nobody gets an unchecked account", async () => {
    const denyingEntry = () => Promise.reject(new Error("DynamoDB"));
    const { result, row, progress } = await run(approved, { denyingEntry, troubleOf: () => ({ retry: {}, failure }) });
    expect([result, row.state]).toEqual(["released", "approved"]);
    expect(progress).not.toHaveBeenCalled();
  });

  it("takes the lease, makes the account, and records it", async () => {
    const { result, row, noted, created, progress } = await run(approved);
    expect(result).toBe("provisioned");
    expect(row).toMatchObject({ state: "provisioned", account: { id: "account-1", redeemUrl: made.redeemUrl } });
    expect(row.lease).toBeUndefined();
    expect(progress).toHaveBeenCalledWith(undefined);
    expect(noted).toEqual([]);
    expect(created).toHaveBeenCalledWith(expect.objectContaining({ id: approved.id }), made);
  });

  it("keeps the invitation's link only if we send the mail", async () => {
    const { row } = await run(approved, { keepsRedeemUrl: false });
    expect(row.account).toEqual({ id: "account-1" });
  });

  it("records in the history why the account has no sponsor", async () => {
    const named = await run(approved, { createAccount: async () => ({ ...made, noSponsor: "not found" }) });
    expect(named.row.history.at(-1)).toMatchObject({ to: "provisioned", note: "no sponsor: not found" });
    expect((await run(approved)).row.history.at(-1)).not.toHaveProperty("note");
  });

  it.each([{ hasSetSponsor: true }, {}])("notes the account once more if it has set its sponsor: %j", async (more) => {
    const noteAccount = vi.fn();
    await run(approved, { noteAccount, createAccount: async () => ({ ...made, ...more }) });
    expect(noteAccount.mock.calls.map(([, ...rest]) => rest)).toEqual("hasSetSponsor" in more ? [["account-1", true]] : []);
  });

  it("keeps the account's id and person as soon as they are known", async () => {
    const { row, noted } = await run(approved, {
      createAccount: async (_, __, onProgress) => {
        await onProgress("account-1", made.redeemUrl);
        throw new Error("No answer");
      },
    });
    expect(noted).toEqual(["account-1"]);
    expect(row.account).toEqual({ id: "account-1", redeemUrl: made.redeemUrl });
  });

  it.each([
    {
      account: { id: "account-1", redeemUrl: "https://redeem.example/0" },
      from: { accountId: "account-1", redeemUrl: "https://redeem.example/0" },
    },
    { account: { id: "account-1" }, from: { accountId: "account-1" } },
  ])("continues at the point where an earlier run died: $from", async ({ account, from }) => {
    const { accountId, kind } = made;
    const createAccount = vi.fn(async () => ({ kind, accountId }) as Created);
    const { row, noted } = await run({ ...approved, account }, { createAccount });
    expect(createAccount).toHaveBeenCalledWith(expect.anything(), from, expect.any(Function));
    expect(noted).toEqual(["account-1"]);
    expect(row.account).toEqual(account);
  });

  it.each<{ given: string; request: Stored }>([
    { given: "no request", request: undefined },
    { given: "one that waits for its approval", request: pending() },
    {
      given: "one that another run has",
      request: rowOf(claim(approved, { holder: "holder-2", leaseMs: LEASE_MS }, later(-LEASE_MS + 1))),
    },
    { given: "one that is not due yet", request: { ...approved, retryAt: later(1).toISOString() } as Stored },
  ])("does nothing with $given", async ({ request }) => {
    const createAccount = vi.fn();
    const { result, row } = await run(request, { createAccount });
    expect([result, row]).toEqual(["left", request]);
    expect(createAccount).not.toHaveBeenCalled();
  });

  it("takes over the account of an earlier run if that run's lease is over", async () => {
    const old = rowOf(claim(approved, { holder: "holder-2", leaseMs: LEASE_MS }, later(-LEASE_MS)));
    expect((await run(old)).result).toBe("provisioned");
    expect(LEASE_MS).toBeGreaterThan(LONGEST_TRY_MS);
  });

  it("is left to another run that took over meanwhile", async () => {
    const taken = rowOf(claim(approved, { holder: "holder-2", leaseMs: LEASE_MS }, NOW));
    const lost = vi.fn();
    let calls = 0;
    const change: ProvisioningPorts["change"] = async (_, transition) => transition(calls++ === 0 ? approved : taken);
    const onProgress = {
      createAccount: async (_: unknown, __: unknown, save: (id: string) => Promise<void>) => save("account-1").then(() => made),
    };
    expect((await run(approved, { change, ...onProgress, onTrouble: lost })).result).toBe("left");
    calls = 0;
    const created = vi.fn();
    expect((await run(approved, { change, onCreated: created })).result).toBe("left");
    expect(created).not.toHaveBeenCalled();
    calls = 0;
    const fails = { createAccount: () => Promise.reject(new Error("No answer")) };
    expect((await run(approved, { change, ...fails, onTrouble: lost })).result).toBe("left");
    expect(lost).not.toHaveBeenCalled();
  });
});

describe("a failure of the directory", () => {
  const failing = (retry: AccountTrouble["retry"], attempts?: number) =>
    run(attempts === undefined ? approved : { ...approved, attempts }, {
      createAccount: () => Promise.reject(new Error("No answer")),
      troubleOf: () => ({ retry, failure }),
    });

  it("ends the request if another try cannot help", async () => {
    const { result, row, trouble } = await failing("never");
    expect(result).toBe("failed");
    expect(row).toMatchObject({ state: "failed", failure });
    expect(trouble).toHaveBeenCalledWith(expect.objectContaining({ id: approved.id }), expect.any(Error), undefined);
  });

  it.each<{ given: string; retry: { afterMs?: number }; attempts?: number; pause: number }>([
    { given: "the first time", retry: {}, pause: MINUTE },
    { given: "the third time", retry: {}, attempts: 2, pause: 4 * MINUTE },
    { given: "the sixth time", retry: {}, attempts: 5, pause: 32 * MINUTE },
    { given: "after many times", retry: {}, attempts: 20, pause: HOUR },
    { given: "which asks for less", retry: { afterMs: 1_000 }, pause: MINUTE },
    { given: "which asks for more", retry: { afterMs: 2 * HOUR }, pause: 2 * HOUR },
    { given: "which asks for years", retry: { afterMs: 999 * DAY }, pause: DAY },
  ])("is tried again after a pause: $given", async ({ retry, attempts, pause }) => {
    const { result, row, trouble } = await failing(retry, attempts);
    expect(result).toBe("released");
    expect(row).toMatchObject({ state: "approved", attempts: (attempts ?? 0) + 1 });
    expect(trouble.mock.calls[0]?.[2]).toEqual(later(pause));
  });

  it("ends the request after thirty tries, about a day", async () => {
    expect((await failing({}, 28)).result).toBe("released");
    expect((await failing({}, 29)).result).toBe("failed");
  });

  it("also ends the request if the account of an earlier run cannot be recorded", async () => {
    const { result } = await run(
      { ...approved, account: { id: "account-1" } },
      { noteAccount: () => Promise.reject(new Error("No answer")) },
    );
    expect(result).toBe("failed");
  });
});
