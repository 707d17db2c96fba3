import type { ShutOut, Visit } from "../../../console/app/visit";
import { actSentence, doerText } from "../../../console/parts/acts";
import { Mark, type Tone } from "../../../console/parts/badge";
import { gateName } from "../../../console/parts/gates";
import type { IconName } from "../../../console/parts/icon";
import { decisionPath } from "../../../console/parts/links";
import { toOutcomeLine } from "../../../console/parts/outcome";
import { dateLocale, momentText } from "../../../console/parts/time";
import { plainText, shortenText, ValueLink, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText, pageTexts } from "../../../console/texts/languages";
import { trailTexts } from "../../../console/texts/trail-texts";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { type OutcomeKind, toOutcomeKind } from "../../../engine/sign-up/recording";
import { MS_PER_MINUTE } from "../../../engine/sign-up/time";
import type { Task } from "../../../engine/tasks/task";
import { readClock } from "../../../engine/zone-time";
import { isListEffect } from "../../access-list/entry";
import { effectLooks } from "../../access-list/pages/access-list-parts";
import type { AccountHistory, AccountRow } from "../../accounts/account";
import { describeState, requestPath } from "../../approvals/pages/approvals-parts";
import { formatApprovers } from "../../approvals/pages/stages";
import { stagesTexts } from "../../approvals/pages/stages-texts";
import type { ApprovalRequest, HistoryEntry } from "../../approvals/request";
import type { AuditEntry } from "../../audit/chain";
import { serviceName } from "../../counts/counts";
import { decisionsTexts } from "../../decisions/pages/decisions-texts";
import { findOutage } from "../../decisions/remedies";
import { decisionWords, failureText } from "../../decisions/words";
import { reasonsInWords } from "../../reasons";
import { longDay } from "./lifecycle-standing";
import { lifecycleTexts, stepTexts } from "./lifecycle-texts";
import { decisionsAbout, type KnownPerson, type PersonAsked, personIds } from "./read-person";

const AUDIT_ROWS = 50;

const outcomeLooks: Readonly<Record<OutcomeKind, readonly [IconName, Tone]>> = {
  ...{ continue: ["allow", "good"], waiting: ["approvals", "asked"], invalid: ["edit", "warn"], block: ["close", "bad"] },
};

/** @param of the address of the timeline's person; the event shows the decision's address if it differs */
function decisionHappening(visit: Visit, record: DecisionRecord, of: string | undefined): Happening {
  const w = visit.say(decisionWords);
  const { reasons, reference, email = "", gate, step, at } = record;
  const service = findOutage(record)?.service;
  const why =
    service === undefined ? (failureText(w, record) ?? reasonsInWords(w, reasons)) : decisionsTexts.unavailable(serviceName(service));
  const [kind, text] = toOutcomeLine(record);
  const [icon, tone] = outcomeLooks[kind];
  const odd = [
    step === "before-create-user" ? "" : w.steps[step],
    gate === undefined || gate === DEFAULT_GATE ? "" : stepTexts.gate(gateName(gate)),
    email === of ? "" : shortenText(email, 80),
  ];
  return {
    ...{ at, icon, tone },
    title: [text, kind === toOutcomeKind(record) && kind !== "waiting" ? visible(why) : ""].filter((each) => each !== "").join(": "),
    detail: odd.filter((each) => each !== "").join(", "),
    path: decisionPath(reference),
    isDecision: true,
  };
}

/** Returns the decisions and acts about a person, newest first. */
export async function readHappenings(
  visit: Visit,
  askedPerson: PersonAsked,
  personRecords: KnownPerson,
  task: Task | undefined,
  shutOuts: readonly ShutOut[],
): Promise<readonly Happening[]> {
  const { requests, accountRows } = personRecords;
  const [records, entries] = await Promise.all([
    decisionsAbout(visit, askedPerson, personRecords),
    askedPerson.email === undefined ? [] : editsAbout(visit, askedPerson.email),
  ]);
  const decisions = records.map((record) => decisionHappening(visit, record, askedPerson.email));
  const ofRequests = requests.flatMap((request) => request.history.flatMap((each) => requestStep(request, each)));
  const ofAccounts = accountRows.flatMap((account) => {
    // Omits "disabling", the beginning of a disabling, once a newer change follows.
    const shownChanges = account.history.filter(({ what }, index) => what !== "disabling" || index === account.history.length - 1);
    return shownChanges.map((each) => accountStep(visit, account, each));
  });
  const notes = (task?.notes ?? []).map(({ at, text, by }): Happening => {
    return { at, icon: "note", title: timelineTexts.noted(visible(by.name)), detail: shortenText(text, 400) };
  });
  // If a decision less than a minute apart already shows a new request, the request's own event is omitted.
  const isSaid = ({ tone, at }: Happening) =>
    tone === "asked" && decisions.some((each) => each.tone === tone && Math.abs(Date.parse(each.at) - Date.parse(at)) < MS_PER_MINUTE);
  const changes = [...entries, ...ofRequests, ...ofAccounts, ...notes, ...shutOuts.flatMap(shutOutSteps)];
  return foldRepeats([...decisions, ...changes.filter((each) => !isSaid(each))].sort((one, other) => (one.at > other.at ? -1 : 1)));
}

/** Makes one event of the same decision several times in a row: the newest, with their count and the time of the first. */
export function foldRepeats(happenings: readonly Happening[]): readonly Happening[] {
  const folded: Happening[] = [];
  for (const each of happenings) {
    const last = folded.at(-1);
    const isSame = last?.isDecision && each.isDecision && last.title === each.title && last.detail === each.detail;
    if (!isSame) folded.push(each);
    else folded[folded.length - 1] = { ...last, repeats: { count: (last.repeats?.count ?? 1) + 1, first: each.at } };
  }
  return folded;
}

function shutOutSteps({ text, path, at, undoneAt }: ShutOut): readonly Happening[] {
  const happening: Happening = { at, icon: "deny", tone: "bad", title: text, path };
  return undoneAt === undefined
    ? [happening]
    : [happening, { at: undoneAt, icon: "undo", tone: "good", title: stepTexts.access.restored, path }];
}

async function editsAbout({ world }: Visit, email: string): Promise<readonly Happening[]> {
  const pages = await Promise.all(
    personIds(email, await world.hashes()).map((person) => world.audit.page({ person }, undefined, AUDIT_ROWS)),
  );
  // The timeline has more precise events of its own for requests, access and notes.
  const isTold = ({ action }: AuditEntry) => !/^(approvals|access)\.|^tasks\.noted$/.test(action);
  return pages
    .flatMap(({ entries }) => entries)
    .filter(isTold)
    .map((entry): Happening => {
      const { at, via, subject, erased } = entry;
      return {
        ...{
          at,
          icon: via === "outside" ? "editedOutside" : "changed",
          tone: "info",
          title: actSentence(entry),
          ...describeListEffect(entry),
        },
        detail: erased === undefined ? shortenText(subject, 120) : trailTexts.erased,
        path: `/audit?${new URLSearchParams({ entry: email })}`,
      };
    });
}

function describeListEffect({ action, after, ...doer }: AuditEntry): Pick<Happening, "icon" | "tone" | "title"> | undefined {
  const effect = /^access-list\.(added|changed)$/.test(action) ? plainText(after?.effect) : "";
  if (!isListEffect(effect)) return undefined;
  return {
    icon: effectLooks[effect].icon,
    tone: effectLooks[effect].tone,
    title: stepTexts.by({ allow: frameTexts.allowed, approval: frameTexts.waits, deny: frameTexts.denied }[effect], doerText(doer)),
  };
}

export function Timeline({ visit, happenings }: { readonly visit: Visit; readonly happenings: readonly Happening[] }) {
  if (happenings.length === 0) return <div class="empty hint">{timelineTexts.none}</div>;
  const today = readClock(visit.now, visit.zone).day;
  // "Friday, 27 November 2026"
  const style = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  const dayName = new Intl.DateTimeFormat(dateLocale(visit.language), style);
  let shownDay = "";
  return (
    <ol class="timeline card">
      {happenings.map(({ at, icon, tone, title, detail = "", path, repeats }) => {
        const { day, time } = readClock(new Date(at), visit.zone);
        const isNew = day !== shownDay;
        shownDay = day;
        return (
          <>
            {isNew ? <li class="day">{day === today ? timelineTexts.today : dayName.format(new Date(`${day}T00:00:00Z`))}</li> : null}
            <li>
              <time datetime={at}>{time.slice(0, 5)}</time>
              <Mark icon={icon} tone={tone} />
              <div>
                <b>{path === undefined ? <bdi class="value">{title}</bdi> : <ValueLink path={path} text={title} />}</b>
                {detail === "" ? null : (
                  <div class="hint">
                    <bdi class="value">{detail}</bdi>
                  </div>
                )}
                {repeats === undefined ? null : (
                  <div class="hint">{timelineTexts.repeats(repeats.count.toLocaleString(visit.language), momentText(repeats.first))}</div>
                )}
              </div>
            </li>
          </>
        );
      })}
    </ol>
  );
}

export const timelineTexts = pageTexts({
  title: ["Timeline", "기록"],
  today: ["Today", "오늘"],
  none: ["Nothing is recorded about this person yet.", "이 사람에 관한 기록이 아직 없습니다."],
  repeats: [(count: string, first: string) => `${count} times, the first ${first}`, (count, first) => `${count}회, 처음 ${first}`],
  noted: [(name: string) => `Note by ${name}`, (name) => `${name} 님의 메모`],
});

interface Happening {
  readonly at: string;
  readonly icon: IconName;
  readonly tone?: Tone | undefined;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly path?: string;
  readonly isDecision?: true;
  /** Set if the event stands for several: `first` is the time of the oldest. */
  readonly repeats?: { readonly count: number; readonly first: string };
}

/** Tones by the new state of a request or an account, or by the action. */
const tones: Readonly<Record<string, Tone>> = {
  ...{ pending: "asked", approved: "good", denied: "bad", expired: "warn", provisioned: "good", failed: "bad", admitted: "good" },
  ...{ voted: "good", passed: "good", escalated: "warn", withdrawn: "warn", reassigned: "info", reminded: "info" },
  ...{ arrived: "good", extended: "good", renewed: "good", restored: "good", "ended-early": "warn" },
  ...{ disabled: "bad", deleted: "bad", gone: "bad", skipped: "warn" },
};

/** Returns no event for a change that only shows the progress of making the account. */
function requestStep(request: ApprovalRequest, entry: HistoryEntry): readonly Happening[] {
  const { at, from, to, by, note, what, asked } = entry;
  const tone = tones[what ?? to];
  if (tone === undefined) return [];
  const invitationText = request.invitation === undefined ? undefined : invitationWords(from, to);
  const title = invitationText ?? (what === undefined ? describeState(request, to) : stagesTexts.what[what]);
  return [
    {
      ...{ at, icon: invitationText === undefined ? "approvals" : "ticket", tone },
      title: withName(title, by),
      detail: [asked === undefined ? "" : stagesTexts.next(formatApprovers(asked)), shortenText(note ?? "", 400)]
        .filter((each) => each !== "")
        .join(". "),
      path: requestPath(request.id),
    },
  ];
}

function invitationWords(from: HistoryEntry["from"], to: HistoryEntry["to"]): string | undefined {
  const { invitation } = stepTexts;
  const { states } = lifecycleTexts;
  if (to !== "approved") return findText({ admitted: invitation.used, expired: states.expired, denied: states.revoked }, to);
  if (from === "denied") return invitation.restored;
  return from === "none" || from === "admitted" ? states.invited : invitation.again;
}

function accountStep(visit: Visit, { reference, email }: AccountRow, { at, what, by, note, until }: AccountHistory): Happening {
  const title = findText(stepTexts.access, what) ?? visible(what);
  const noteText = what === "reminded" && note !== undefined ? stepTexts.daysBefore(visible(note)) : shortenText(note ?? "", 400);
  const ends = until === undefined ? "" : stepTexts.until(longDay(visit, until));
  return {
    ...{ at, icon: "account", tone: tones[what] ?? "info" },
    title: withName(title, by),
    detail: [ends, noteText, what === "arrived" ? shortenText(email, 80) : ""].filter((each) => each !== "").join(", "),
    path: decisionPath(reference),
  };
}

function withName(title: string, { kind, name }: HistoryEntry["by"]): string {
  return kind === "gatehouse" ? title : stepTexts.by(title, visible(name));
}
