import type { AccountHistory, AccountRow } from "../../../engine/access/account";
import type { ApprovalRequest, HistoryEntry, StageChange } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import type { Tone } from "../../parts/badge";
import type { IconName } from "../../parts/icon";
import { shortened, visible } from "../../parts/value";
import { textNamed } from "../../texts/languages";
import { requestPath } from "../approvals/approvals-parts";
import { approvalsTexts } from "../approvals/approvals-texts";
import { stagesTexts as t } from "../approvals/stages-texts";
import { longDay } from "./life-standing";
import { stepTexts } from "./step-texts";

/** One thing that happened to somebody, or that was done about them. */
export interface Happening {
  readonly at: string;
  readonly icon: IconName;
  readonly tone?: Tone | undefined;
  readonly title: string;
  /** Further words on it. */
  readonly detail?: string | undefined;
  readonly link?: { readonly path: string; readonly text: string };
}

type Look = readonly [IconName, Tone];

const requestLooks: Readonly<Partial<Record<HistoryEntry["to"], Look>>> = {
  ...{ pending: ["approvals", "asked"], approved: ["approvals", "good"], denied: ["deny", "bad"], expired: ["due", "warn"] },
  ...{ provisioned: ["account", "good"], failed: ["accountFailed", "bad"], admitted: ["signsIn", "good"] },
};

const stageLooks: Readonly<Record<StageChange, Look>> = {
  ...{ voted: ["approvals", "good"], passed: ["approvals", "good"], escalated: ["due", "warn"] },
  ...{ reassigned: ["people", "info"], reminded: ["mail", "info"] },
};

/** A change of somebody's request or invitation. What only says how far the account's making is, is left out. */
export function requestStep(request: ApprovalRequest, entry: HistoryEntry): readonly Happening[] {
  const { at, from, to, by, note, what, stage } = entry;
  const look = what === undefined ? requestLooks[to] : stageLooks[what];
  if (look === undefined) return [];
  const invited = request.invitation === undefined ? undefined : invitationWords(from, to);
  const [icon, tone]: Look = invited !== undefined && to === "approved" ? ["ticket", "info"] : look;
  const title = invited ?? (what === undefined ? approvalsTexts.states[to] : stageWords(what, stage));
  return [
    {
      ...{ at, icon, tone },
      title: withName(title, by),
      detail: note === undefined ? undefined : shortened(note, 400),
      link: { path: requestPath(request.id), text: visible(request.reference) },
    },
  ];
}

function stageWords(what: StageChange, stage = 0): string {
  return `${t.number(stage + 1)}: ${t.what[what]}`;
}

/** What a change of its row means for an invitation; undefined where the row's state says it. */
function invitationWords(from: HistoryEntry["from"], to: HistoryEntry["to"]): string | undefined {
  const { invitation: t } = stepTexts;
  switch (to) {
    case "approved":
      return from === "none" || from === "admitted" ? t.invited : t.again;
    case "admitted":
      return t.used;
    case "expired":
      return t.expired;
    case "denied":
      return t.revoked;
    default:
      return undefined;
  }
}

const accountLooks: Readonly<Partial<Record<AccountHistory["what"], Look>>> = {
  ...{ arrived: ["signsIn", "good"], adopted: ["account", "info"], reminded: ["mail", "info"], extended: ["expiry", "good"] },
  ...{ renewed: ["expiry", "good"], restored: ["account", "good"], "ended-early": ["due", "warn"], disabled: ["deny", "bad"] },
  ...{ deleted: ["accountFailed", "bad"], gone: ["accountFailed", "bad"], skipped: ["skipped", "warn"], sponsored: ["people", "info"] },
  "let-end": ["due", "info"],
};

/** A change of an account's access. */
export function accountStep(visit: Visit, { reference, email }: AccountRow, { at, what, by, note, until }: AccountHistory): Happening {
  const [icon, tone] = accountLooks[what] ?? (["account", "info"] as const);
  const title = textNamed(stepTexts.access, what) ?? visible(what);
  const said = what === "reminded" && note !== undefined ? stepTexts.daysBefore(visible(note)) : shortened(note ?? "", 400);
  const ends = until === undefined ? "" : stepTexts.until(longDay(visit, until));
  return {
    ...{ at, icon, tone },
    title: withName(title, by),
    detail: [ends, said, what === "arrived" ? shortened(email, 80) : ""].filter((each) => each !== "").join(", "),
    link: { path: `/decisions/${encodeURIComponent(reference)}`, text: visible(reference) },
  };
}

function withName(title: string, { kind, name }: HistoryEntry["by"]): string {
  return kind === "gatehouse" ? title : stepTexts.by(title, visible(name));
}
