import type { Row } from "../../engine/sign-up/rule";
import type { ApprovalRequest } from "../../features/approvals/request";

// What each write of a request is held to, said once more without the product's code: by the rows before and after it.

type Check = (promise: string, isKept: boolean, about: object) => void;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How long a request that came to its end keeps what it holds of its person, and how long the sweeper has to forget it. */
const KEPT_DAYS = 30 + 2;
const finished = new Set(["denied", "expired", "provisioned", "failed", "admitted"]);
/** What may follow what. */
const legal: Readonly<Record<string, readonly string[]>> = {
  none: ["pending"],
  pending: ["pending", "approved", "denied", "expired", "admitted"],
  // An operator's "Try now", while the account waits for its next try.
  approved: ["approved", "pending", "provisioning", "admitted", "denied", "expired"],
  provisioning: ["provisioned", "failed"],
  provisioned: ["pending", "expired", "admitted"],
  failed: ["approved", "denied", "pending", "expired", "admitted"],
  denied: ["pending", "expired", "admitted"],
  expired: ["pending", "admitted"],
  admitted: ["pending"],
};
/** As much of its history a request keeps. */
const MOST_ENTRIES = 50;

export class Requests {
  private readonly rows = new Map<string, ApprovalRequest>();

  constructor(
    private readonly check: Check,
    private readonly now: () => number,
  ) {}

  rowWritten(before: Row | undefined, after: Row | undefined): void {
    const [was, is] = [before, after] as unknown as readonly (ApprovalRequest | undefined)[];
    const id = String((after ?? before)?.id);
    if (is === undefined) {
      this.rows.delete(id);
      return;
    }
    this.rows.set(id, is);
    const last = is.history.at(-1);
    const isNew = was?.history.some((each) => JSON.stringify(each) === JSON.stringify(last)) !== true;
    if (is.invitation === undefined) this.told(was, is);
    if (last === undefined || !isNew || is.invitation !== undefined) return;
    const isPersons = last.by.kind !== "gatehouse";
    if (last.to === "pending" && last.what === undefined) this.begun(was, is, isPersons);
    const isVote = last.from === "pending" && (last.to === "approved" || last.what === "voted" || last.what === "passed");
    if (was === undefined || !isPersons || !(isVote || (last.from === "pending" && last.to === "denied"))) return;
    this.check("nobody decides on a request whose time is over", Date.parse(was.answerBy) > this.now(), { id, answerBy: was.answerBy });
    if (isVote) this.voted(was, is, last.by.name);
  }

  /** The history tells how the request came to its state, and who said what. */
  private told(was: ApprovalRequest | undefined, is: ApprovalRequest): void {
    const { id, history, state, onApproval } = is;
    for (const [index, { from, to, at }] of history.entries()) {
      const { from: next = to, at: nextAt = at } = history[index + 1] ?? {};
      this.check("the history of a request has no gap", legal[from]?.includes(to) === true && next === to && at <= nextAt, { id, history });
    }
    // The try that a worker gives back is told of by the one that ends it.
    const isTold = history.at(-1)?.to === state || (state === "provisioning" && history.at(-1)?.to === "approved");
    this.check("the history of a request ends with its state", isTold, { id, history, state });
    const isMade = state === "provisioning" || state === "provisioned";
    this.check("no account is made where an approval only lets the person in", !isMade || onApproval === "provision", { id, state });
    const [said, stays] = [was, is].map((each) =>
      (each?.history ?? []).filter(({ by }) => by.kind !== "gatehouse").map((entry) => JSON.stringify(entry)),
    );
    const isKept = history.length >= MOST_ENTRIES || said?.every((entry, index) => stays?.[index] === entry) === true;
    this.check("what a person said of a request stays in its history", isKept, { id, said, stays });
  }

  /** Somebody asks, or is asked about once more. */
  private begun(was: ApprovalRequest | undefined, is: ApprovalRequest, isReopened: boolean): void {
    const { id, stages, history } = is;
    const { votes = [] } = stages ?? {};
    // Whoever decided takes back that decision alone.
    const isUndone = isReopened && was?.decision?.by.name === history.at(-1)?.by.name;
    const areKept = isUndone && votes.every((vote, index) => JSON.stringify(vote) === JSON.stringify(was?.stages?.votes[index]));
    this.check("a request begins without votes", votes.length === 0 || areKept, { id });
    if (was === undefined || isReopened) return;
    const [old, own] = [was, is].map(({ identities }) => identities[0]?.issuerAssignedId);
    this.check("a request is of one account", old === undefined || own === undefined || old === own, { id, old, own });
    const deniedAt = was.state === "denied" ? was.history.findLast(({ to }) => to === "denied")?.at : undefined;
    if (deniedAt === undefined) return;
    const { askAgainAfterDays: days } = was;
    const isSoon = days === "never" || this.now() < Date.parse(deniedAt) + days * DAY;
    this.check("who was refused asks again only after the days that the policy says", !isSoon, { id, deniedAt, days });
  }

  /** Those of an escalation are asked when it is due. */
  private voted(was: ApprovalRequest, is: ApprovalRequest, name: string): void {
    const { stages, asked = [] } = was;
    const stage = stages?.list[stages.running];
    const isStandIn = is.stages?.votes.at(-1)?.for !== undefined;
    // Who is asked by a role may be of the escalation too.
    if (asked.some((each) => each.startsWith("role:"))) return;
    if (stages === undefined || stage?.orElse === undefined || isStandIn || asked.includes(name) || !stage.orElse.includes(name)) return;
    const dueAt = Date.parse(stages.since) + (stage.withinMinutes ?? 0) * MINUTE;
    this.check("those of an escalation decide once it is due", this.now() >= dueAt, { id: was.id, name, since: stages.since });
  }

  /** Once everything works, and has for some days. */
  settled(): void {
    for (const { id, state, changedAt, identities, attributes, invitation } of this.rows.values()) {
      if (!finished.has(state) || Date.parse(changedAt) > this.now() - KEPT_DAYS * DAY) continue;
      const isBare = identities.length === 0 && Object.keys(attributes).length === 0;
      this.check("a finished request forgets what it holds of its person", isBare || invitation !== undefined, { id, state, changedAt });
    }
  }
}
