import type { AccountRow } from "../../features/accounts/account";
import type { ApprovalRequest } from "../../features/approvals/request";
import type { ExpiryOfGates, GateExpiry } from "../../features/expiry/expiry";
import type { AccountWrite, TenantAccount } from "./directory";

// What the town is held to, said once more without the product's code: it goes by what people did, and what then happens in Entra.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const PASS_DAYS = 7;
/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 5 * MINUTE;
/** So long a call that used a pass gets the same answer. */
const REPEATED_MS = 10 * MINUTE;

/** Who may decide at which stage of the partners' gate: first one of the leads, then two of Security. */
export interface Quorum {
  readonly leads: ReadonlySet<string>;
  readonly security: ReadonlySet<string>;
}
const SECURITY_NEEDED = 2;

/** An account's access, as the people of the town have settled it. */
interface Access {
  readonly email: string;
  readonly expiry: GateExpiry;
  readonly letInAt: number;
  until?: number;
  /** The end by the day of `lasts`, while the access has ended earlier. */
  day?: number;
  /** When somebody last gave, extended or renewed it, or enabled the account. */
  freshAt: number;
  /** When the person was last told of an end. */
  toldAt?: number;
  /** When the worker disabled it. */
  disabledAt?: number;
  /** Ends that somebody has asked for, and that may come into force. */
  readonly asked: Set<number>;
  /** Somebody let the person in again: a later end may follow. */
  isLetInAgain: boolean;
  /** An administrator disabled the account, or deleted it: the worker leaves it alone, or may. */
  isForeign: boolean;
  /** An administrator enabled it after the worker had disabled it. */
  isReopened: boolean;
  /** The worker has written that it is about to disable it. */
  isBeingDisabled: boolean;
}

/** Of a request whose last decision was taken back by who made it. */
function takenBack({ approvers, spokenFor, reassigned, email, onApproval }: Asked, { decision, stages }: ApprovalRequest): Asked {
  if (decision?.verdict === "approved") {
    approvers.delete(decision.by.name);
    spokenFor.delete(stages?.votes.at(-1)?.for ?? "");
  }
  return { approvers, spokenFor, reassigned, email, onApproval, isDenied: false };
}

interface Asked {
  approvers: Set<string>;
  /** Approvers in whose place somebody decided. */
  readonly spokenFor: Set<string>;
  /** People that somebody asked in the place of others. */
  readonly reassigned: Set<string>;
  readonly email: string;
  readonly onApproval: string;
  approvedAt?: number;
  isDenied: boolean;
  usedBy?: string;
  usedAt?: number;
}

interface Invited {
  readonly until: number;
  readonly isRevoked: boolean;
  usedBy?: string;
}

export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

function hold(promise: string, isKept: boolean, about: object): void {
  if (!isKept) throw new BrokenPromise(`${promise}: ${JSON.stringify(about)}`);
}

/** One spelling of an address: at Gmail, dots and a +tag change nothing. */
export function mailbox(email: string): string {
  const [local = "", domain = ""] = email.split("@");
  if (domain !== "gmail.com" && domain !== "googlemail.com") return email;
  return `${local.split("+")[0]?.replaceAll(".", "")}@gmail.com`;
}

export class Promises {
  readonly accesses = new Map<string, Access>();
  private readonly asked = new Map<string, Asked>();
  private readonly invited = new Map<string, Invited>();
  /** The delegates of each approver, ever. */
  private readonly delegates = new Map<string, ReadonlySet<string>>();
  /** What each approver has on the screen, by approver and request. */
  private readonly shown = new Map<string, string>();
  /** The first thing that went wrong, which a handler may have swallowed. */
  broken: unknown;
  /** The account as it is in Entra now. */
  accountOf: (id: string) => TenantAccount | undefined = () => undefined;
  tell: (what: string) => void = () => undefined;

  constructor(
    private readonly now: () => number,
    private readonly workersNow: () => number,
    private readonly expiry: ExpiryOfGates,
    private readonly quorum: Quorum,
  ) {}

  /** Keeps the first broken promise, whoever catches it. */
  check(promise: string, isKept: boolean, about: object): void {
    try {
      hold(promise, isKept, about);
    } catch (error) {
      this.broken ??= error;
      throw error;
    }
  }

  /** A row of any table was removed: an erasure. */
  removed(table: string, id: string): void {
    if (table === "accounts") this.accesses.delete(id);
    if (table !== "approvals") return;
    this.asked.delete(id);
    this.invited.delete(id);
  }

  // Requests and invitations.

  /** Somebody may decide in the place of another, once or ever. */
  delegated(from: string, to: string): void {
    this.delegates.set(from, new Set([...(this.delegates.get(from) ?? []), to]));
  }

  /** Somebody may be asked in the place of those of a stage. */
  reassigned(id: string, to: string): void {
    this.asked.get(id)?.reassigned.add(to);
  }

  /** An approver reads a request. */
  show(approver: string, request: ApprovalRequest): void {
    this.shown.set(`${approver} ${request.id}`, contentOf(request));
  }

  /** A row of the approvals was written. @param isOperator whether by an operator's command, rather than by a sign-up or a worker */
  requestWritten(before: ApprovalRequest | undefined, after: ApprovalRequest, isOperator: boolean): void {
    const { id, state } = after;
    if (after.invitation !== undefined) {
      const { usedBy } = this.invited.get(id) ?? {};
      const isSentAgain = before?.invitation?.code !== after.invitation.code;
      if (isOperator)
        this.invited.set(id, {
          until: Date.parse(after.answerBy),
          isRevoked: state === "denied",
          ...(usedBy !== undefined && !isSentAgain && { usedBy }),
        });
      return;
    }
    const { email, onApproval } = after;
    const unasked = (): Asked => ({
      approvers: new Set(),
      spokenFor: new Set(),
      reassigned: new Set(),
      isDenied: false,
      email,
      onApproval,
    });
    const asked = this.asked.get(id) ?? unasked();
    this.asked.set(id, asked);
    const entry = after.history.at(-1);
    // What a try to make an account adds is taken back with it.
    const times = ({ history }: ApprovalRequest) => history.filter((each) => JSON.stringify(each) === JSON.stringify(entry)).length;
    const isNew = times(after) > (before === undefined ? 0 : times(before));
    // Asked for the first time or once more: also by somebody who reopens what nobody has written down as expired.
    if (isNew && entry?.to === "pending" && entry.what === undefined) {
      // Whoever decided takes back that decision alone: what others said still counts.
      const isUndone = before?.decision?.by.name === entry.by.name && (after.stages?.votes.length ?? 0) > 0;
      this.asked.set(id, isUndone ? takenBack(asked, before) : unasked());
    }
    if (entry === undefined || !isNew || entry.by.kind === "gatehouse" || before === undefined) return;
    const { name } = entry.by;
    if (entry.what === "withdrawn") {
      asked.approvers.delete(name);
      asked.spokenFor.delete(before.stages?.votes.at(-1)?.for ?? "");
      return;
    }
    const isVote = entry.from === "pending" && (entry.to === "approved" || entry.what === "voted" || entry.what === "passed");
    if (!isVote && entry.to !== "denied") return;
    this.check("nobody decides on what they were not shown", this.shown.get(`${name} ${id}`) === contentOf(before), { id, name });
    this.check("nobody decides on their own request", name !== before.email.replace(/\+[^@]*/, ""), { id, name });
    if (entry.to === "denied") {
      asked.isDenied = true;
      return;
    }
    const { for: delegator } = after.stages?.votes.at(-1) ?? {};
    const heard = new Set([...asked.approvers, ...asked.spokenFor]);
    this.check("nobody counts twice", !heard.has(name) && !(delegator !== undefined && heard.has(delegator)), { id, name, delegator });
    if (delegator !== undefined) {
      this.check("nobody decides for somebody who has not asked them to", this.delegates.get(delegator)?.has(name) === true, { id, name });
      this.check("nobody has somebody decide on their own request", delegator !== before.email, { id, delegator });
      asked.spokenFor.add(delegator);
    }
    asked.approvers.add(name);
    if (state === "approved") asked.approvedAt = this.now();
  }

  /** The gate lets somebody in. @param call the same for a repeat of the same call */
  letIn({
    id,
    invitationId,
    call,
    email,
    isProven,
  }: {
    readonly id: string;
    readonly invitationId: string;
    readonly call: string;
    readonly email: string;
    /** Whether the provider proves the address, or they showed the code that was mailed there. */
    readonly isProven: boolean;
  }): "invited" | "approved" {
    const now = this.now();
    const invitation = this.invited.get(invitationId);
    const isInvited =
      invitation !== undefined &&
      !invitation.isRevoked &&
      now < invitation.until &&
      (invitation.usedBy === undefined || invitation.usedBy === call.split(" ", 1)[0]);
    if (isInvited) {
      this.check("nobody is invited by an address that nobody has proven", isProven, { email, call });
      invitation.usedBy = call.split(" ", 1)[0] as string;
      this.letInAgain(email);
      return "invited";
    }
    const {
      approvers = new Set<string>(),
      reassigned = new Set<string>(),
      approvedAt,
      isDenied,
      usedBy,
      usedAt = now,
    } = this.asked.get(id) ?? {};
    const isAmong = (names: ReadonlySet<string>, each: string) =>
      names.has(each) || reassigned.has(each) || [...names].some((name) => this.delegates.get(name)?.has(each) === true);
    // One of them leads, and two others are of Security, or were asked in their place.
    const isAgreed = [...approvers].some(
      (lead) =>
        isAmong(this.quorum.leads, lead) &&
        [...approvers].filter((each) => each !== lead && isAmong(this.quorum.security, each)).length >= SECURITY_NEEDED,
    );
    const isApproved = approvedAt !== undefined && isDenied === false && isAgreed && now < approvedAt + PASS_DAYS * DAY;
    this.check(
      "nobody gets in who is neither invited nor approved",
      isApproved && (usedBy === undefined || (usedBy === call && now - usedAt <= REPEATED_MS)),
      {
        email,
        approvers: [...approvers],
        usedBy,
      },
    );
    const asked = this.asked.get(id);
    if (asked !== undefined) {
      asked.usedBy = call;
      asked.usedAt ??= now;
    }
    this.letInAgain(email);
    return "approved";
  }

  /** Whether an approver's word lets the person of a request in, at a gate where one is enough. */
  hasWord(id: string): boolean {
    const { approvedAt, isDenied = true } = this.asked.get(id) ?? {};
    return approvedAt !== undefined && !isDenied && this.now() < approvedAt + PASS_DAYS * DAY;
  }

  /** Scanners opened the links of a mail. */
  scanned(id: string, isUnchanged: boolean): void {
    this.check("opening a link decides nothing", isUnchanged, { id });
  }

  private letInAgain(email: string): void {
    for (const access of this.accesses.values()) if (mailbox(access.email) === mailbox(email)) access.isLetInAgain = true;
  }

  /** Once the sweeper has had its days: nobody waits for what cannot come any more. */
  waits({ id, state, answerBy, passUntil, onApproval, changedAt }: ApprovalRequest): void {
    const end = state === "pending" ? answerBy : state === "approved" ? passUntil : undefined;
    const isOver = end !== undefined && Date.parse(end) < this.now() - 2 * DAY;
    this.check("nobody waits past the end of a request", !isOver && state !== "provisioning", { id, state, end });
    const isUnmade = state === "approved" && onApproval === "provision" && Date.parse(changedAt) < this.now() - 3 * DAY;
    this.check("whoever an approver's word gives an account has it", !isUnmade, { id, changedAt });
  }

  // Access.

  /** Somebody asks for another end of an account's access, which may or may not come about. */
  mayEnd(id: string, until: number): void {
    this.accesses.get(id)?.asked.add(until);
  }

  /** An approver lets a person in again. */
  renewed(email: string): void {
    this.letInAgain(email);
  }

  /** An administrator changes whether an account works. */
  administered(id: string, isEnabled: boolean): void {
    const access = this.accesses.get(id);
    if (access === undefined) return;
    access.isForeign = !isEnabled;
    access.isReopened = isEnabled && access.disabledAt !== undefined;
    // Nobody can tell who was faster.
    if (!isEnabled && access.isBeingDisabled) access.disabledAt ??= this.now();
  }

  accountWritten(before: AccountRow | undefined, after: AccountRow): void {
    const known = this.accesses.get(after.id);
    if (known === undefined) {
      this.check("a row begins when an account arrives", before === undefined, { id: after.id });
      const { email, letInAt, gate = "default" } = after;
      this.accesses.set(after.id, {
        email,
        expiry: this.expiry[gate] as GateExpiry,
        letInAt: Date.parse(letInAt),
        freshAt: Date.parse(letInAt),
        asked: new Set(),
        isLetInAgain: false,
        isForeign: false,
        isReopened: false,
        isBeingDisabled: false,
      });
    }
    const access = this.accesses.get(after.id) as Access;
    access.isBeingDisabled = after.work === "disabling";
    const until = after.until === undefined ? undefined : Date.parse(after.until);
    if (after.history.at(-1)?.what === "ended-early")
      this.check("access that somebody ends now has ended", until !== undefined && until <= this.now(), {
        id: after.id,
        until: after.until,
      });
    const entry = after.history.at(-1);
    const isNew = JSON.stringify(entry) !== JSON.stringify(before?.history.at(-1));
    if (isNew && entry?.what === "reminded") access.toldAt = this.now();
    if (isNew && ["extended", "renewed", "restored"].includes(entry?.what ?? "")) access.freshAt = this.now();
    if (until === access.until) return;
    const isEarlier = entry?.what === "disabling" && after.endReason !== undefined && until !== undefined && until <= this.now();
    if (isEarlier) this.endsEarlier(access, after, until);
    // Somebody enabled the account, or the person signed in before the worker came back to it.
    const isTakenBack = until !== undefined && until === access.day && (entry?.what === "skipped" || entry?.what === "end-set");
    if (!isEarlier) delete access.day;
    if (isTakenBack && entry?.what === "skipped") access.freshAt = this.now();
    const isFirst = access.until === undefined && until !== undefined && until >= access.letInAt + access.expiry.days * DAY;
    const isAsked = until !== undefined && access.asked.has(until);
    const isRenewal = access.isLetInAgain && until !== undefined && until > (access.until ?? 0);
    this.check("an end changes because somebody changes it", isFirst || isAsked || isRenewal || isEarlier || isTakenBack, {
      id: after.id,
      until: after.until,
    });
    if (isRenewal) access.isLetInAgain = false;
    if (until === undefined) delete access.until;
    else access.until = until;
  }

  /** Access ends before its day: because of what the person did not do, and after a word of warning. */
  private endsEarlier(access: Access, { id, endReason }: AccountRow, until: number): void {
    const account = this.accountOf(id);
    const { expiry, until: day = Number.POSITIVE_INFINITY, freshAt, toldAt = Number.POSITIVE_INFINITY } = access;
    const about = { id, endReason, until: iso(until), account };
    this.check("an earlier end comes before the day", until < day, about);
    this.check("nobody ends earlier within two days of a reminder", toldAt <= this.now() - 2 * DAY, about);
    const read = (time: string | null | undefined) => (time ? Date.parse(time) : Number.NEGATIVE_INFINITY);
    const last = Math.max(read(account?.lastSuccess), read(account?.lastAttempt));
    const isIdle = Math.max(last, freshAt) + (expiry.idle ?? Number.POSITIVE_INFINITY) * DAY <= this.now();
    const since = Math.max(read(account?.externalUserStateChangeDateTime), freshAt);
    const isUnredeemed =
      account?.externalUserState === "PendingAcceptance" && since + (expiry.unredeemed ?? Number.POSITIVE_INFINITY) * DAY <= this.now();
    this.check("nobody active ends earlier", endReason === "idle" ? isIdle && account?.isSeen === true : isUnredeemed, about);
    access.day = day;
    this.tell(`ends: ${endReason}`);
  }

  /** An application is about to change an account in Entra. */
  directoryWrite({ what, account }: AccountWrite): void {
    if (what === "created") {
      const isApproved = [...this.asked.values()].some(
        ({ email, approvedAt, isDenied, onApproval }) =>
          email === account.mail && approvedAt !== undefined && !isDenied && onApproval === "provision",
      );
      this.check("Gatehouse makes accounts only of people that somebody approved", isApproved, { id: account.id, mail: account.mail });
      return;
    }
    const now = this.now();
    const access = this.accesses.get(account.id);
    this.check("only accounts that the gate let in are touched", access !== undefined, { what, id: account.id });
    if (access === undefined) return;
    const { until, disabledAt, isReopened, email, expiry } = access;
    const about = { what, id: account.id, now: iso(now), until: until === undefined ? undefined : iso(until) };
    const isTheirs = account.mail === email || account.identities.some(({ issuerAssignedId }) => issuerAssignedId === email);
    this.check("an account that is another address's by now is left alone", isTheirs, about);
    if (what === "enabled") {
      this.check(
        "only what the worker disabled is enabled, and only after a renewal",
        // A clock that is behind, after months without a run, cannot be told from a right one. The next run disables the account again.
        disabledAt !== undefined && (until === undefined || until > this.workersNow()),
        about,
      );
      delete access.disabledAt;
      return;
    }
    this.check("nobody with a directory role is touched", !account.hasRole, about);
    this.check(`nobody is ${what} before their end`, until !== undefined && until + expiry.disable * DAY <= now, about);
    if (what === "disabled") {
      // By a clock that is behind, yet not behind the last run, the days until the deletion begin earlier: nobody can tell it from a right one.
      if (access.disabledAt === undefined || access.isReopened) access.disabledAt = Math.min(now, this.workersNow());
      access.isReopened = false;
      return;
    }
    this.check(
      "nobody is deleted whom the worker has not disabled long enough ago",
      disabledAt !== undefined && now - disabledAt >= (expiry.delete ?? 0) * DAY,
      about,
    );
    this.check("nobody is deleted whom an administrator enabled", !account.accountEnabled && !isReopened, about);
  }

  /**
   * Once the worker has had its days: nobody is past their end.
   * @param since how long ago an end must have been
   * @param keptOut whom the access list denies: nobody enables their accounts
   */
  settled(
    accounts: Iterable<TenantAccount>,
    since: number,
    rows: ReadonlyMap<string, AccountRow | undefined>,
    keptOut: ReadonlySet<string>,
  ): void {
    for (const account of accounts) {
      const access = this.accesses.get(account.id);
      // After an erasure the gate may let in somebody whose account it has forgotten: what is older than its word it leaves alone.
      const isOlder = access !== undefined && Date.parse(account.createdDateTime) < access.letInAt - SKEW_MS;
      if (access === undefined || isOlder || access.isForeign || account.hasRole || account.mail !== access.email) continue;
      const isOver = access.until !== undefined && access.until + access.expiry.disable * DAY < this.now() - since;
      this.check("nobody is in past their end", !isOver || !account.accountEnabled, {
        until: access.until && iso(access.until),
        row: rows.get(account.id),
      });
      const { deleteAt, state } = rows.get(account.id) ?? {};
      const isOurs = access.disabledAt !== undefined && !account.accountEnabled;
      const isIn = access.until === undefined || access.until > this.now();
      this.check("nobody is kept out before their end", !(isOurs && isIn) || keptOut.has(account.id), { row: rows.get(account.id) });
      this.check("the row says that the worker disabled the account", !(isOurs && isOver) || state === "disabled", {
        row: rows.get(account.id),
      });
      const { disable, delete: days = 0 } = access.expiry;
      const daysOver = (access.until ?? Number.POSITIVE_INFINITY) + (disable + days) * DAY;
      const isDue = deleteAt !== undefined && Math.max(Date.parse(deleteAt), daysOver) < this.now() - since;
      this.check("nobody is kept past their deletion", !(isOver && isDue), { row: rows.get(account.id) });
    }
  }
}

/** What an approver decides on. */
function contentOf({ reference, email, identities, attributes, stages }: ApprovalRequest): string {
  return JSON.stringify({ reference, email, identities, attributes, stage: stages?.running });
}

const iso = (at: number) => new Date(at).toISOString();
