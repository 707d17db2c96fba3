import type { Row } from "../../engine/sign-up/rule";
import type { AccountRow } from "../../features/accounts/account";
import type { ApprovalRequest } from "../../features/approvals/request";
import type { TenantAccount } from "./directory";

// Rows and events, said once more without the product's code: no write is lost under another, each change that others have
// to hear of is on the bus once all is delivered, and whoever was let in has a row of their account.

/** What happens to an account that others hear of. */
const heard = new Set(["reminded", "extended", "renewed", "ended-early", "disabled", "restored", "deleted", "gone"]);
/** From these an end is news. */
const open = new Set(["pending", "approved"]);

type Check = (promise: string, isKept: boolean, about: object) => void;

/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

export class Outbox {
  /** People who were let in at the gates of the workforce tenant, whose accounts are looked for. */
  private arrivals: { readonly email: string; readonly at: number }[] = [];
  private readonly accounts = new Set<string>();
  /** Accounts that requests say were made. */
  private readonly made = new Set<string>();
  /** Events that others are to hear of, with what they are about. */
  private readonly due = new Map<string, string>();
  /** What went out under each id. */
  private readonly sent = new Map<string, string>();

  constructor(private readonly check: Check) {}

  rowWritten(table: string, before: Row | undefined, after: Row | undefined): void {
    if (table === "accounts") this.accounts[after === undefined ? "delete" : "add"](String((after ?? before)?.id));
    // An erasure takes the row, and nobody looks for the account again.
    if (table === "accounts" && after === undefined) this.arrivals = this.arrivals.filter(({ email }) => email !== before?.email);
    if (table === "accounts" && after === undefined) this.made.delete(String(before?.id));
    // Found: what comes of the account later is another matter.
    if (table === "accounts" && before === undefined && after !== undefined)
      this.arrivals = this.arrivals.filter(({ email, at }) => email !== after.email || at !== Date.parse(String(after.letInAt)));
    if (after === undefined) return;
    if (table === "approvals" && after.state === "provisioned") this.made.add(String((after.account as { id?: string } | undefined)?.id));
    if (table !== "approvals" && table !== "accounts" && table !== "decisions") return;
    if (table === "decisions" && after.verdict === undefined) return;
    const about = { table, id: after.id };
    if (table !== "decisions") {
      const isNext = before === undefined || Number(after.turn) === Number(before.turn) + 1;
      this.check("each write of a row counts its turn", isNext, { ...about, before: before?.turn, after: after.turn });
    }
    const isNews =
      table === "approvals"
        ? isHeardOfRequest(before as ApprovalRequest | undefined, after as unknown as ApprovalRequest)
        : table === "accounts"
          ? isHeardOfAccount(before as AccountRow | undefined, after as unknown as AccountRow)
          : before === undefined || before.revision !== after.revision;
    const begun = after.requestedAt ?? after.arrivedAt;
    const count = table === "decisions" ? String(after.revision) : `${Date.parse(String(begun)).toString(36)}.${String(after.turn)}`;
    if (isNews) this.due.set(`${String(after.id)}.${count}`, `${table} ${String(after.state ?? after.verdict)}`);
  }

  eventSent(type: string, detail: Readonly<Record<string, unknown>>): void {
    const id = String(detail.id);
    const content = JSON.stringify([type, detail]);
    const known = this.sent.get(id);
    this.check("what goes out under one id is always the same", known === undefined || known === content, { id, type });
    this.sent.set(id, content);
    const { step, verdict, source, email, time } = detail;
    if (type === "sign-up.decided.v1" && step === "before-create-user" && verdict === "continue" && source === "b2b" && known === undefined)
      this.arrivals.push({ email: String(email), at: Date.parse(String(time)) });
  }

  /** Once everything is delivered. @param waiting changes of rows that their readers have not taken */
  settled(waiting: number, directory: Iterable<TenantAccount>): void {
    this.check("each change of a row is taken by those who read it", waiting === 0, { waiting });
    for (const [id, about] of this.due) this.check("each change that others have to hear of is an event", this.sent.has(id), { id, about });
    this.due.clear();
    const all = [...directory];
    for (const { email, at } of this.arrivals.splice(0)) {
      // Of several accounts with the address nobody can say which it is.
      const [account, ...others] = all.filter(({ mail, userPrincipalName }) => mail === email || userPrincipalName === email);
      if (account === undefined || others.length > 0 || account.isStrangers) continue;
      if (Date.parse(account.createdDateTime) < at - SKEW_MS) continue;
      this.check("whoever was let in has a row of their account", this.accounts.has(account.id), { email, id: account.id });
    }
    for (const { id } of all) this.check("an account that Gatehouse made has a row", !this.made.has(id) || this.accounts.has(id), { id });
    if (this.sent.size > 10_000) this.sent.clear();
  }
}

function isHeardOfRequest(before: ApprovalRequest | undefined, after: ApprovalRequest): boolean {
  const last = after.history.at(-1);
  const isNew = before?.history.some((each) => JSON.stringify(each) === JSON.stringify(last)) !== true;
  if (last === undefined || !isNew) return false;
  if (after.invitation !== undefined && last.to === "approved") return before?.invitation?.sentAt !== after.invitation.sentAt;
  switch (last.to) {
    case "pending":
    case "denied":
      return true;
    case "approved":
      return last.from === "pending";
    case "expired":
      return open.has(last.from);
    case "provisioned":
    case "failed":
      return last.from === "provisioning";
    default:
      return false;
  }
}

function isHeardOfAccount(before: AccountRow | undefined, after: AccountRow): boolean {
  if (before === undefined) return after.by !== undefined;
  const last = after.history.at(-1);
  const isNew = JSON.stringify(last) !== JSON.stringify(before.history.at(-1));
  return isNew && heard.has(String(last?.what));
}
