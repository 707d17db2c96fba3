import type { Child } from "hono/jsx";
import { findThrownPlace } from "../../../adapters/report";
import { createCachedRead } from "../../../adapters/tables/rows";
import type { Visit } from "../../../console/app/visit";
import { ButtonLink } from "../../../console/parts/forms";
import { gateName, hasGates } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { DomainLink, decisionPath, PersonLink, personPath } from "../../../console/parts/links";
import { OutcomeTag } from "../../../console/parts/outcome";
import { ListCrumb } from "../../../console/parts/page-head";
import { type Fact, Facts } from "../../../console/parts/table";
import { durationText, RowTime } from "../../../console/parts/time";
import { claimName, plainText, ShownValue, shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText, pageTexts } from "../../../console/texts/languages";
import { capitalise } from "../../../engine/characters";
import { readReference } from "../../../engine/sign-up/call";
import { splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { alreadyHasAccount, hasAskedForApproval } from "../../../engine/sign-up/recording";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { findAccountEntry, shutOutKeys } from "../../access-list/entry";
import { EntryLink, entryPath } from "../../access-list/pages/access-list-parts";
import { AskForm } from "../../access-list/pages/entry-form";
import { SetsOfEntries } from "../../access-list/pages/entry-links";
import { NO_APPROVAL } from "../../access-list/reasons";
import { serviceName } from "../../counts/counts";
import type { LookAlike } from "../../look-alikes/look-alike";
import { reasonText } from "../../reasons";
import { admittingWord, decidingWord, findOutage, isBeforeAddress, referringEntry, remediesFor } from "../remedies";
import { decisionWords, failureText, outcomeText, remedyFor, upstreamCause, upstreamText } from "../words";
import { decisionsTexts as t } from "./decisions-texts";
import {
  CloserEntry,
  decidingIn,
  entryName,
  heedsAllow,
  isListed,
  type ListAnswer,
  listAnswer,
  noAllow,
  toVisitor,
  tryAllow,
} from "./list-answer";
import { admittedBy, approvalCause, askedNames, describeEvidence, RuleLines } from "./rule-lines";
import { brokenNow, readNextTry, TriedNow, type TriedWay } from "./tried-now";

/** `isPage`: the decision's own page, which has everything recorded. Returns header, sections and footer of a panel. */
export async function decisionPanel(visit: Visit, record: DecisionRecord, isPage = false) {
  const { email } = record;
  const { simulatorUrl } = visit.world;
  const broken = await brokenNow(visit, record);
  const isStopped = record.verdict !== "continue";
  const domain = email === undefined ? undefined : splitAddress(email).domain;
  const tries = await retryRecord(visit, record, broken);
  const [listed, alike, behind, beside, acts] = await Promise.all([
    broken === undefined && record.verdict !== "invalid" ? listNow(visit, record, tries[0]) : undefined,
    domain === undefined || !isStopped ? undefined : visit.world.alike.lookAlikesOf([domain]),
    Promise.all(visit.features.map((feature) => feature.behindDecision?.(visit, record))),
    Promise.all(visit.features.map((feature) => feature.besideDecision?.(visit, record))),
    Promise.all(visit.features.map((feature) => feature.actOfDecision?.(visit, record))),
  ]);
  const like = alike?.get(domain ?? "")?.[0];
  const answers = listed === undefined ? [] : [listed.answer];
  const may = visit.may("Administrator");
  const helps = mayAllow(record) && listed?.helps && !isListed(answers, "continue") && !isRequest(record) && like === undefined;
  const allowKey = may && helps ? findAllowKey(record) : undefined;
  const isLetIn = !isStopped && listed?.isLetOn;
  const denyKey = !may ? undefined : like !== undefined ? domain : isLetIn ? findDenyKey(record) : undefined;
  return (
    <>
      {about(visit, record, isPage)}
      {isStopped
        ? await why(visit, record, { like, listed, answers, isOver: broken === undefined, isAllowable: allowKey !== undefined })
        : await letInBy(visit, record, listed)}
      {behind}
      {broken === undefined && tries.length === 0 ? null : <TriedNow visit={visit} last={record} broken={broken} tries={tries} />}
      {beside}
      <section>
        <h2>{t.words}</h2>
        <RuleLines visit={visit} record={record} />
        {email === undefined || simulatorUrl === undefined ? null : (
          <p>
            <a href={`${simulatorUrl}/?${new URLSearchParams({ recorded: record.reference })}`}>{whyTexts.simulator}</a>
          </p>
        )}
      </section>
      {isPage ? await showRecorded(visit, record) : null}
      {foot(visit, record, acts, {
        allowed: allowKey,
        denied: denyKey,
        denying: may && like === undefined ? listed?.denying : undefined,
        isAlike: like !== undefined,
      })}
    </>
  );
}

function isRequest({ reasons }: DecisionRecord): boolean {
  return reasons.some((reason) => reason.startsWith("approval."));
}

function about(visit: Visit, record: DecisionRecord, isPage: boolean) {
  const { reference, email } = record;
  const who = email === undefined ? t.nobody : <PersonLink email={email} />;
  return (
    <header class={isPage ? "entity-head" : undefined}>
      <div>
        <p>
          <OutcomeTag record={record} /> <code>{visible(reference)}</code>{" "}
          {isPage ? null : (
            <a href={decisionPath(reference)} aria-label={t.openPage} title={t.openPage}>
              <Icon name="expand" />
            </a>
          )}
        </p>
        {isPage ? <h1>{who}</h1> : <p class="entity">{who}</p>}
        <p class="hint">
          <RowTime at={record.at} />
          {[
            `, ${t.took(durationText(visit, record.durationMs))}`,
            hasGates(visit) ? `, ${t.atGate(gateName(record.gate))}` : "",
            record.step === "before-create-user" ? "" : `, ${visit.say(decisionWords).steps[record.step]}`,
          ]}
        </p>
      </div>
    </header>
  );
}

async function showRecorded(visit: Visit, record: DecisionRecord) {
  const w = visit.say(decisionWords);
  const { earlier, calls = [], coldMs } = record;
  const claim = (name: string) => claimName(visit, name, record.gate);
  // The console has no source maps, so `thrownAt` is a place in the bundled code, not in the policy.
  const thrownAt = record.thrown && findThrownPlace(record.thrown);
  const commit = await visit.world.commitBehind(record.policyVersion);
  const facts: readonly Fact[] = [
    [t.application, record.application && visible(record.application)],
    [t.ipAddress, record.ipAddress && visible(record.ipAddress)],
    [t.correlationId, record.correlationId && visible(record.correlationId)],
    [t.failure, failureText(w, record)],
    [t.thrown, thrownAt && <code>{visible(`${thrownAt} (${record.thrown?.error})`)}</code>],
    [t.notCollected, record.notCollected?.map(claim).join(", ")],
    [t.earlier, earlier && `${capitalise(outcomeText(w, earlier))}: ${visible(reasonText(w, earlier.reasons))}`],
    [t.calls, calls.map(({ service, ms }) => `${visible(serviceName(service))} ${durationText(visit, ms)}`).join(", ")],
    [t.cold, coldMs && durationText(visit, coldMs)],
    [t.policyVersion, <code>{visible(record.policyVersion)}</code>],
    [t.commit, commit && <code>{visible(commit)}</code>],
    ...Object.entries(record.attributes ?? {}).map(
      ([name, value]): Fact => [t.attribute(claim(name)), <ShownValue text={plainText(value)} />],
    ),
  ];
  return (
    <section>
      <h2>{t.recorded}</h2>
      <Facts facts={facts} />
    </section>
  );
}

/** The decisions with the reference code that somebody typed: nearly always one. */
export async function findDecisions({ world }: Visit, text: string): Promise<readonly DecisionRecord[]> {
  const reference = readReference(text);
  return reference === undefined ? [] : await world.decisions.byReference(reference);
}

export async function oneDecision(visit: Visit): Promise<Response> {
  const text = visit.context.req.param("reference") ?? "";
  const records = await findDecisions(visit, text);
  const panels = await Promise.all(records.map((record) => decisionPanel(visit, record, true)));
  const [{ email } = {}, ...others] = records;
  const title = email === undefined || others.length > 0 ? t.one(shortenText(readReference(text) ?? text, 20)) : shortenText(email, 80);
  return await visit.page(
    title,
    <>
      {records.length === 0 ? <p>{t.noneUnder}</p> : null}
      {records.length > 1 ? <p class="note">{t.several}</p> : null}
      {panels.map((panel) => (
        <article class="panel two">{panel}</article>
      ))}
    </>,
    {
      status: records.length === 0 ? 404 : 200,
      ...(records.length > 0 && { head: <ListCrumb path="/decisions" text={frameTexts.decisions} /> }),
    },
  );
}

/** Replaces a command with a link to the page for the same task, because people at the console have no terminal open. */
function remedy(text: string, email: string | undefined) {
  const [, before = "", verb = "", after = ""] = /^(.*?)npm run gate -- (\w+(?: oldest)?)[^.,;]*(.*)$/.exec(text) ?? [];
  const paths: Readonly<Record<string, string | undefined>> = {
    invite: "/people/invite",
    "invite oldest": "/approvals?sort=oldest",
    expiry: email && personPath(email),
    partners: "/partners",
    gate: "/posture",
  };
  const path = paths[verb];
  if (path === undefined) return <p>{text}</p>;
  return (
    <p>
      {before}
      <a href={path}>{findText(whyTexts.pages, verb)}</a>
      {after}
    </p>
  );
}

function describeCause(
  visit: Visit,
  record: DecisionRecord,
  word: RuleResult | undefined,
): readonly [cause: string, basis: readonly string[]] {
  const w = visit.say(decisionWords);
  const { evidence = {}, upstreamFailure } = word ?? {};
  const { entry, level = "", ...others } = evidence;
  if (hasAskedForApproval(record.reasons)) {
    const cause = approvalCause(visit, record);
    return [referringEntry(record) === undefined ? capitalise(cause) : cause, []];
  }
  const basis = (of: RuleResult["evidence"]) =>
    describeEvidence(visit, { ...word, evidence: of }, record.gate).filter((each) => each !== "");
  if (entry !== undefined && record.reasons.includes("access-list.denied"))
    return [t.deniedBy(entryName(entry)), [findText(w.levels, level) ?? level, ...basis(others)]];
  const failure = failureText(w, record);
  if (upstreamFailure !== undefined) return [t.unavailable(serviceName(upstreamFailure.service)), [upstreamCause(w, upstreamFailure)]];
  if (failure !== undefined) return [capitalise(failure), basis(evidence)];
  // A reason that the policy defines has no text here, so its code is shown.
  const meanings = new Set(record.reasons.map((reason) => capitalise(w.meaning(reason) ?? "") || reason));
  const about = [askedNames(visit, record), ...basis(evidence)].filter((each) => each !== "");
  return [meanings.size === 0 ? whyTexts.nobody : [...meanings].join(", "), about];
}

interface Today {
  readonly like: LookAlike | undefined;
  readonly listed: ListedNow | undefined;
  readonly answers: readonly ListAnswer[];
  /** True if no outage stops the person any longer. */
  readonly isOver: boolean;
  /** True if the panel has a button that allows the person. */
  readonly isAllowable: boolean;
}

function remediesToday(visit: Visit, record: DecisionRecord, word: RuleResult | undefined, today: Today): readonly string[] {
  const { isOver, listed, answers, isAllowable } = today;
  const service = word?.upstreamFailure?.service;
  if (isOver && service !== undefined) return [whyTexts.worksAgain(serviceName(service))];
  if (alreadyHasAccount(record.reasons)) return [];
  // If another rule stopped the person, but an entry of the access list denies them now, the remedies for that rule do not help.
  if (word?.rule !== "access-list" && isListed(answers, "block")) return [];
  if (word?.rule === "access-list" && isListed(answers, "continue")) return [];
  if (word?.rule === "access-list" && listed?.waits) return [whyTexts.waitsNow];
  if (word?.rule === "access-list" && word.evidence?.entry !== undefined && listed?.isLetOn)
    return listed.answer.unproven === undefined ? [whyTexts.tryAgain] : [remedyFor("approval.address-unproven", visit.language) ?? ""];
  return word?.rule === "access-list" && isAllowable && !record.reasons.includes(NO_APPROVAL) ? [] : remediesFor(record, visit.language);
}

async function why(visit: Visit, record: DecisionRecord, today: Today) {
  const { like, listed } = today;
  const closer = listed?.closer;
  const word = decidingWord(record);
  const [cause, basis] = describeCause(visit, record, word);
  const remedies = remediesToday(visit, record, word, today);
  return (
    <section>
      <h2>{frameTexts.why}</h2>
      <p>
        <b>
          <bdi class="value">{shortenText(cause, 400)}</bdi>
        </b>
        {basis.length === 0 ? null : [": ", <bdi class="value">{shortenText(basis.join(", "), 400)}</bdi>]}
      </p>
      {like === undefined ? (
        <>
          {remedies.length === 0 && closer === undefined ? null : <h2>{whyTexts.helps}</h2>}
          {closer === undefined ? remedies.map((text) => remedy(text, record.email)) : <CloserEntry visit={visit} closer={closer} />}
        </>
      ) : (
        <p class="note warn">
          <DomainLink domain={splitAddress(record.email ?? "").domain} shown={like.shown} marks={like.marks} />{" "}
          {whyTexts.poses(visible(like.like))}
        </p>
      )}
      {await entriesSince(visit, word, listed)}
    </section>
  );
}

async function letInBy(visit: Visit, record: DecisionRecord, listedNow: ListedNow | undefined) {
  const admittedEntry = admittedBy(visit, record);
  const failures = record.trace.flatMap(({ upstreamFailure }) => upstreamFailure ?? []);
  if (admittedEntry === undefined && failures.length === 0) return null;
  const word = admittingWord(record);
  const [entry] = entriesBehind(word);
  const beginsWithEntry = entry !== undefined || (word === undefined && referringEntry(record) !== undefined);
  return (
    <section>
      <h2>{frameTexts.why}</h2>
      {admittedEntry === undefined ? null : (
        <p>
          <b>
            <bdi class="value">{beginsWithEntry ? admittedEntry : capitalise(admittedEntry)}</bdi>
          </b>
        </p>
      )}
      {failures.map((failure) => (
        <p class="note warn">{visible(upstreamText(visit.say(decisionWords), failure))}</p>
      ))}
      {await entriesSince(visit, word, listedNow)}
      {entry === undefined ? null : <SetsOfEntries visit={visit} entries={[entry]} until={record.at} />}
    </section>
  );
}

async function entriesSince(visit: Visit, word: RuleResult | undefined, listedNow: ListedNow | undefined) {
  const entries = entriesBehind(word).filter((entry) => !listedNow?.answer.rows.has(entry));
  const items = await Promise.all(entries.map((entry) => visit.world.accessList.get(entry)));
  return entries.map((entry, index) => (
    <p>
      <EntryLink entry={entry} /> {items[index] === undefined ? whyTexts.entryGone : null}
    </p>
  ));
}

function entriesBehind(word: RuleResult | undefined): readonly string[] {
  const { entry, unproven } = word?.rule === "access-list" ? (word.evidence ?? {}) : {};
  return [entry, unproven].filter((each) => typeof each === "string");
}

function mayAllow(record: DecisionRecord): boolean {
  return record.verdict === "block" && findOutage(record) === undefined && !isBeforeAddress(decidingWord(record));
}

/** A typed address may be somebody else's, so the entry is then the account of the sign-in. */
function findAllowKey(record: DecisionRecord): string | undefined {
  return record.emailTyped ? shutOutKeys(record)?.allow : record.email;
}

/** An entry of the person's account would win over a deny of their address. */
function findDenyKey(record: DecisionRecord): string | undefined {
  return findAccountEntry(record) ?? shutOutKeys(record)?.deny;
}

/** Empty while a system has to recover first. */
async function retryRecord(visit: Visit, record: DecisionRecord, broken: ReturnType<typeof findOutage>) {
  const { email, gate } = record;
  return email === undefined || broken !== undefined ? [] : await readNextTry(visit, { email, gate, recent: [record] });
}

type ListedNow = NonNullable<Awaited<ReturnType<typeof listNow>>>;

async function listNow(visit: Visit, record: DecisionRecord, tried: TriedWay | undefined) {
  const visitor = tried?.visitor ?? toVisitor(record);
  const allow = findAllowKey(record);
  if (visitor === undefined) return undefined;
  const read = createCachedRead(visit.world.rows.read);
  const answer = await listAnswer(visit, visitor, undefined, read);
  const { verdict, shadow, matches = [] } = decidingIn(answer) ?? {};
  const isDenied = verdict === "block" && !shadow;
  const waits = verdict === "continue" && !shadow && matches[0]?.effect === "approval";
  const isOpen = isDenied || (waits && !isRequest(record));
  const isAllowable = allow !== undefined && mayAllow(record);
  const allowing = isAllowable ? await tryAllow(visit, allow, [visitor], read) : noAllow;
  const closer = isOpen ? allowing.closer : undefined;
  const first = isDenied && isBeforeAddress(decidingWord(record)) ? matches[0] : closer;
  const helps = closer === undefined && allowing.helps && heedsAllow(visit, record);
  return { answer, isLetOn: verdict === "continue" && !shadow, waits, closer, helps, denying: first?.entry };
}

interface Entries {
  readonly allowed: string | undefined;
  /** The entry that stops the person even if another entry allows them. */
  readonly denying: string | undefined;
  /**
   * The entry that the button for a denial would add. If the person's domain looks like a known domain, the entry is the person's domain.
   */
  readonly denied: string | undefined;
  readonly isAlike: boolean;
}

/** The main act comes first. `acts` come from other features. */
function foot(visit: Visit, record: DecisionRecord, acts: readonly Child[], { allowed, denying, denied, isAlike }: Entries) {
  const { email = "", reference, gate } = record;
  const at: Readonly<Record<string, string>> = gate === undefined || gate === DEFAULT_GATE ? {} : { gate };
  const all = [
    ...acts,
    isRequest(record) && email !== "" && (
      <ButtonLink class="button" path={`/approvals?${new URLSearchParams({ q: email })}`} text={whyTexts.requests} />
    ),
    denying !== undefined && <ButtonLink class="button" path={entryPath(denying)} text={whyTexts.change} />,
    denied !== undefined && (
      <AskForm
        visit={visit}
        entry={denied}
        effect="deny"
        back={decisionPath(reference)}
        text={isAlike ? whyTexts.deny(visible(denied)) : whyTexts.denyPerson}
        class="danger"
      />
    ),
    allowed !== undefined && (
      <AskForm
        {...{ visit, entry: allowed, effect: "allow", until: "friday", back: personPath(email, at) }}
        note={whyTexts.noteOf(visible(reference))}
        text={whyTexts.allow}
      />
    ),
  ];
  return all.some(Boolean) ? <footer>{all}</footer> : null;
}

export const whyTexts = pageTexts({
  nobody: ["No rule stopped it.", "막은 규칙이 없습니다."],
  pages: {
    invite: ["Invite people", "사람 초대"],
    "invite oldest": ["Approvals, oldest first", "승인(오래된 순)"],
    expiry: ["the person's page", "이 사람의 페이지"],
    partners: ["Partners", "파트너"],
    gate: ["Gate", "게이트"],
  },
  helps: ["How to let them in", "허용하려면"],
  /** The text after the entry's name. */
  entryGone: ["is no longer in the list", "더 이상 목록에 없음"],
  tryAgain: ["The list no longer refuses them: they can try again.", "목록이 더 이상 거부하지 않습니다. 다시 시도할 수 있습니다."],
  waitsNow: [
    "The list no longer refuses them: they wait for an approver once they try again.",
    "목록이 더 이상 거부하지 않습니다. 다시 시도하면 승인자의 결정을 기다립니다.",
  ],
  worksAgain: [
    (service: string) => `${service} works again: they can try again.`,
    (service) => `${service} 복구됨: 다시 시도할 수 있습니다.`,
  ],
  poses: [
    (domain: string) => `looks like ${domain}. Let nobody from it in unless you know them.`,
    (domain) => `${domain} 도메인과 비슷합니다. 아는 사람이 아니면 허용하지 마세요.`,
  ],
  deny: [(domain: string) => `Deny ${domain}…`, (domain) => `${domain} 거부…`],
  denyPerson: ["Deny this person…", "이 사람 거부…"],
  change: ["Change the entry…", "항목 변경…"],
  allow: ["Let this person in…", "이 사람 허용…"],
  noteOf: [(reference: string) => `After decision ${reference}`, (reference) => `결정 ${reference} 이후`],
  requests: ["See the request", "승인 요청 보기"],
  simulator: ["Try it in the simulator", "시뮬레이터에서 시도"],
});
