import { decideRequest, type RequestTable } from "../../../features/approvals/deciding";
import type { Delegation } from "../../../features/approvals/delegation";
import {
  findLinkedRequest,
  guardByLink,
  isLinkSecret,
  isSameHash,
  type LinkedRequests,
  type LinkHolder,
  linkActor,
  linkHolder,
  mayGetLink,
  type ShownLink,
  shownHash,
  toMailDecider,
  withMailSecrets,
} from "../../../features/approvals/mail-secret";
import type { ApprovalRequest, Stage, Stored } from "../../../features/approvals/request";
import { beginFirstStage, escalate } from "../../../features/approvals/stages";
import { approve, deny } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
import { alice, DAY, later, pending, rowOf } from "./requests";

const ANN = "ann@contoso.com";
const BEN = "ben@contoso.com";
const [secret, other] = ["s".repeat(43), `${"o".repeat(42)}-`];
const plain = pending();
const staged = (...list: readonly Stage[]): ApprovalRequest => ({ ...plain, ...beginFirstStage(list, false, NOW) });
const withLinks = (request: ApprovalRequest, ...links: readonly (LinkHolder & { readonly secret: string })[]): ApprovalRequest => ({
  ...request,
  mailSecrets: withMailSecrets(request, links, NOW),
});
const linked = withLinks(plain, { address: ANN, secret });
const given: Delegation = { from: ANN, to: BEN, until: later(9 * DAY).toISOString(), since: NOW.toISOString(), own: true };
const asDelegate: LinkHolder = { address: BEN, for: ANN, delegatedAt: NOW.toISOString() };

type LinkTable = LinkedRequests & RequestTable;

function storeOf(stored: Stored, delegations: readonly Delegation[] = []): LinkTable & { now(): Stored } {
  let row = stored;
  return {
    now: () => row,
    get: async (id) => (id === row?.id ? row : undefined),
    delegations: async () => delegations,
    async change(_, transition) {
      const outcome = transition(row);
      if (outcome.ok) row = outcome.request;
      return outcome;
    },
  };
}

const opens = async (stored: Stored, shown = secret, now = NOW, delegations: readonly Delegation[] = []) =>
  (await findLinkedRequest(storeOf(stored, delegations), { id: plain.id, secret: shown }, now)) !== undefined;

describe("the stored secrets of mail links", () => {
  const hash = expect.stringMatching(/^[\w-]{43}$/);
  const until = later(3 * DAY).toISOString();

  it("are hashes, one for each address, valid for three days", () => {
    expect(linked.mailSecrets).toEqual([{ address: ANN, hash, until }]);
    expect(JSON.stringify(linked.mailSecrets)).not.toContain(secret);
  });

  it("include only the newest of each address, and none that has ended", () => {
    const both = withLinks(linked, { ...asDelegate, secret: other });
    expect(both.mailSecrets).toEqual([
      { address: ANN, hash, until },
      { ...asDelegate, hash, until },
    ]);
    const anew = { ...both, mailSecrets: withMailSecrets(both, [{ address: ANN, secret: other }], later(DAY)) };
    expect(anew.mailSecrets).toEqual([
      { ...asDelegate, hash, until },
      { address: ANN, hash, until: later(4 * DAY).toISOString() },
    ]);
    expect(withMailSecrets(anew, [], later(3 * DAY))).toEqual([{ address: ANN, hash, until: later(4 * DAY).toISOString() }]);
  });
});

describe("a link in mail", () => {
  it.each<{ to: string; stored: Stored; shown?: string; after?: number; opens: boolean }>([
    { to: "the request it was made for", stored: linked, opens: true },
    { to: "the request, a moment before three days are over", stored: linked, after: 3 * DAY - 1, opens: true },
    { to: "the request, after three days", stored: linked, after: 3 * DAY, opens: false },
    { to: "the request, with another secret", stored: linked, shown: other, opens: false },
    { to: "the request, with half a secret", stored: linked, shown: secret.slice(1), opens: false },
    { to: "the request, with more than a secret", stored: linked, shown: `${secret}s`, opens: false },
    { to: "a request without links", stored: plain, opens: false },
    { to: "no request", stored: undefined, opens: false },
    {
      to: "one that was approved",
      stored: { ...rowOf(approve(plain, { by: alice }, NOW)), mailSecrets: linked.mailSecrets },
      opens: false,
    },
    { to: "one that was denied", stored: { ...rowOf(deny(plain, { by: alice }, NOW)), mailSecrets: linked.mailSecrets }, opens: false },
    { to: "one that nobody answered in time", stored: { ...linked, answerBy: NOW.toISOString() }, opens: false },
    { to: "one with another code", stored: { ...linked, reference: "AAAA-AAAA" }, opens: false },
    { to: "one of another address", stored: { ...linked, email: "lee@contoso.com" }, opens: false },
    { to: "one whose address counts otherwise", stored: { ...linked, emailProven: !linked.emailProven }, opens: false },
    { to: "one of another account", stored: { ...linked, identities: [] }, opens: false },
    { to: "one with other values", stored: { ...linked, attributes: { displayName: "Kim Lee" } }, opens: false },
    {
      to: "one that was verified since",
      stored: { ...linked, verifications: [{ rule: "verify-identity", status: "verified", at: NOW.toISOString() }] as never },
      opens: false,
    },
    { to: "one that became a renewal", stored: { ...linked, renews: { endedAt: NOW.toISOString() } as never }, opens: false },
    { to: "one that got a note", stored: { ...linked, history: [...linked.history, ...linked.history] }, opens: true },
  ])("opens its request if it leads to $to: $opens", async ({ stored, shown, after = 0, opens: expected }) => {
    expect(await opens(stored, shown, later(after))).toBe(expected);
  });

  it("does not let approvers decide on their own request", async () => {
    const own = withLinks({ ...plain, email: ANN }, { address: ANN, secret });
    expect(await opens(own)).toBe(false);
  });

  it("is not looked up if its id is invalid", async () => {
    const get = vi.fn();
    expect(await findLinkedRequest({ get, delegations: vi.fn() }, { id: "../x", secret }, NOW)).toBeUndefined();
    expect(get).not.toHaveBeenCalled();
  });

  it("leads to its request, and delegations are read only if a delegate holds the link", async () => {
    const delegations = vi.fn(async () => [given]);
    const [kept] = linked.mailSecrets ?? [];
    expect(await findLinkedRequest({ get: async () => linked, delegations }, { id: plain.id, secret }, NOW)).toEqual({
      request: linked,
      kept,
      delegations: [],
    });
    expect(delegations).not.toHaveBeenCalled();
  });

  it("stays valid if more people are asked, since its holder gets no new one", async () => {
    const request = staged({ by: [ANN], need: 1, orElse: [BEN], withinMinutes: 60 });
    const escalated = rowOf(escalate(withLinks(request, { address: ANN, secret }), later(DAY)));
    expect(escalated.asked).toEqual([ANN, BEN]);
    expect(await opens(escalated, secret, later(DAY))).toBe(true);
  });

  it("ends if its stage ends or if the stage's approvers change", async () => {
    const [first, second]: readonly Stage[] = [
      { by: [ANN], need: 1 },
      { by: [BEN], need: 1 },
    ] as never;
    const request = staged(first as Stage, second as Stage);
    const asked = withLinks(request, { address: ANN, secret });
    const { stages } = asked;
    expect(await opens(asked)).toBe(true);
    expect(await opens({ ...asked, stages: { ...(stages as NonNullable<typeof stages>), since: later(1).toISOString() } })).toBe(false);
    expect(await opens({ ...asked, stages: { ...(stages as NonNullable<typeof stages>), running: 1 } })).toBe(false);
    expect(await opens({ ...asked, asked: [BEN] })).toBe(false);
  });
});

describe("a decision through a mail link", () => {
  /** The decision of the link's page, undefined for a link that does not work. */
  async function decideByMail(store: LinkTable, verb: "approve" | "deny", link: ShownLink & { readonly note?: string }, now: Date) {
    const openedLink = await findLinkedRequest(store, link, now);
    if (openedLink === undefined) return undefined;
    const { by: name, decider = { names: [] } } = linkActor(openedLink);
    const deciding = { id: link.id, by: { kind: "mail", name }, decider, ...(link.note !== undefined && { note: link.note }) } as const;
    const result = await decideRequest(guardByLink(openedLink, link.secret, now)(store), verb, deciding, now);
    return !result.ok && result.why === "unknown" ? undefined : result;
  }
  const decide = (store: LinkTable, verb: "approve" | "deny" = "approve", note?: string, now = NOW) =>
    decideByMail(store, verb, { id: plain.id, secret, ...(note !== undefined && { note }) }, now);

  it("counts once, under the name of the address", async () => {
    const store = storeOf(withLinks(linked, { address: BEN, secret: other }));
    expect(await decide(store, "approve", "known to us")).toMatchObject({ ok: true, request: { state: "approved" } });
    expect(store.now()).toMatchObject({
      state: "approved",
      decision: { by: { kind: "mail", name: ANN }, note: "known to us", verdict: "approved" },
    });
    expect(await decide(store)).toBeUndefined();
  });

  it("can be a denial", async () => {
    const store = storeOf(linked);
    expect(await decide(store, "deny")).toMatchObject({ ok: true });
    expect(store.now()).toMatchObject({ state: "denied", decision: { by: { kind: "mail", name: ANN } } });
  });

  it("uses up only its own link if the stage needs another vote", async () => {
    const request = withLinks(staged({ by: [ANN, BEN], need: 2 } as Stage), { address: ANN, secret }, { address: BEN, secret: other });
    const store = storeOf(request);
    expect(await decide(store)).toMatchObject({ ok: true });
    expect(store.now()).toMatchObject({ state: "pending", mailSecrets: [{ address: BEN }] });
    expect(store.now()?.mailSecrets).toHaveLength(1);
    expect(await decide(store)).toBeUndefined();
  });

  it("is refused if the link was used between the look and the write", async () => {
    const store = storeOf(linked);
    const { mailSecrets: _, ...without } = linked;
    const late: LinkTable = { ...store, change: async (_, transition) => transition(without) };
    expect(await decide(late)).toBeUndefined();
  });

  it("is refused with a wrong secret", async () => {
    const store = storeOf(linked);
    expect(await decideByMail(store, "approve", { id: plain.id, secret: other }, NOW)).toBeUndefined();
    expect(store.now()).toBe(linked);
  });

  it("records the names of the approver and the delegate if a delegate makes it", async () => {
    const request = withLinks(staged({ by: [ANN], need: 1 } as Stage), { ...asDelegate, secret });
    const store = storeOf(request, [given]);
    expect(await decide(store)).toMatchObject({ ok: true });
    expect(store.now()?.stages?.votes).toMatchObject([{ by: { kind: "mail", name: BEN }, for: ANN }]);
  });
});

describe("a delegate's mail link", () => {
  const request = withLinks(staged({ by: [ANN], need: 1 } as Stage), { ...asDelegate, secret });
  const { since: _, ...undated } = given;

  it.each<{ with: string; delegations: readonly Delegation[]; opens: boolean }>([
    { with: "the delegation as it was given", delegations: [given], opens: true },
    { with: "none any more", delegations: [], opens: false },
    { with: "one given again since", delegations: [{ ...given, since: later(1).toISOString() }], opens: false },
    { with: "one without a time", delegations: [undated], opens: false },
    { with: "another's", delegations: [{ ...given, from: "lee@contoso.com" }], opens: false },
    { with: "one to somebody else", delegations: [{ ...given, to: "lee@contoso.com" }], opens: false },
    {
      with: "one that an operator gave",
      delegations: [{ from: ANN, to: BEN, until: given.until, since: NOW.toISOString() }],
      opens: false,
    },
  ])("decides only if the approver's delegation still stands: $with: $opens", async ({ delegations, opens: expected }) => {
    expect(await opens(request, secret, NOW, delegations)).toBe(expected);
  });
});

describe("the holder of a mail link", () => {
  const stage = { by: [ANN], need: 1 } as Stage;

  it.each<{ who: string; request: ApprovalRequest; address: string; delegations?: readonly Delegation[]; holder?: LinkHolder }>([
    { who: "an approver without stages", request: plain, address: ANN, holder: { address: ANN } },
    { who: "an approver of the stage", request: staged(stage), address: "Ann@Contoso.com", holder: { address: "Ann@Contoso.com" } },
    { who: "somebody whom the stage does not ask", request: staged(stage), address: BEN },
    { who: "a delegate of the stage's approver", request: staged(stage), address: BEN, delegations: [given], holder: asDelegate },
    {
      who: "a delegate, of a delegation without a time, which no link holds",
      request: staged(stage),
      address: BEN,
      delegations: [{ from: ANN, to: BEN, until: given.until, own: true }],
      holder: { address: BEN, for: ANN },
    },
    {
      who: "a delegate of the only one who is asked",
      request: { ...plain, askedOf: ANN },
      address: BEN,
      delegations: [given],
      holder: asDelegate,
    },
    {
      who: "a delegate of somebody else than the one who is asked",
      request: { ...plain, askedOf: "lee@contoso.com" },
      address: BEN,
      delegations: [given],
      holder: { address: BEN },
    },
    {
      who: "somebody that an operator asks in another's place",
      request: { ...staged(stage), asked: [BEN] },
      address: BEN,
    },
    {
      who: "an approver to whom the request was escalated",
      request: { ...staged({ ...stage, orElse: [BEN], withinMinutes: 60 } as Stage), asked: [ANN, BEN] },
      address: BEN,
      holder: { address: BEN },
    },
    { who: "the person that the request is about", request: plain, address: plain.email },
  ])("is recognised: $who", ({ request, address, delegations = [], holder }) => {
    expect(linkHolder(request, address, delegations, NOW)).toEqual(holder);
  });

  it("does not exist for a missing or a decided request", () => {
    expect(mayGetLink(undefined, ANN, NOW)).toBe(false);
    expect(mayGetLink(plain, ANN, NOW)).toBe(true);
    expect(mayGetLink(rowOf(deny(plain, { by: alice }, NOW)), ANN, NOW)).toBe(false);
    expect(toMailDecider(ANN)).toEqual({ names: [ANN], addresses: [ANN] });
  });
});

it.each([
  [secret, true],
  [other, true],
  [`${"s".repeat(42)}=`, false],
  [`${secret}\n`, false],
  ["", false],
])("%j is a valid secret of a mail link: %j", (text, expected) => {
  expect(isLinkSecret(text)).toBe(expected);
});

it("hashes differ by content and by secret, and are compared as a whole", () => {
  const hash = shownHash({ a: 1, b: 2 }, secret);
  expect(hash).toMatch(/^[\w-]{43}$/);
  expect(isSameHash(hash, shownHash({ b: 2, a: 1 }, secret))).toBe(true);
  expect(isSameHash(hash, shownHash({ a: 1, b: 3 }, secret))).toBe(false);
  expect(isSameHash(hash, shownHash({ a: 1, b: 2 }, other))).toBe(false);
  expect(isSameHash(hash, hash.slice(1))).toBe(false);
});
