import { FLIP_DAYS, type Flips } from "../../../adapters/preview/flips";
import type { Item } from "../../../adapters/tables/item";
import { type FileRow, readCells } from "../../../engine/access-list/files/row";
import { inMemory } from "../../../engine/access-list/files/workspace";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import type { Visit } from "../../app/visit";
import { withPlainLines } from "../../editor/cells";
import { BackLink } from "../../editor/row-parts";
import { versionOf } from "../../editor/row-writes";
import { domainPath } from "../../parts/domain-link";
import { Alert, tooLong } from "../../parts/forms";
import { Outcome } from "../../parts/outcome";
import { visible } from "../../parts/value";
import { noteOf, plannedEdit, plannedEdits, planRows, writePlan } from "../access-list/access-list-write";
import { askFirst } from "../access-list/consequences";
import { dayText } from "../people/allow-or-deny";
import { peopleTexts } from "../people/people-texts";
import { lastDayOf, spans, type UntilSpan, untilAsked } from "../people/until";
import type { DomainFacts } from "./domain-facts";
import { domainPageTexts } from "./domain-texts";

const effects = ["allow", "deny"] as const;
type Effect = (typeof effects)[number];
const ACTION = "/domains/list";
/** What is offered: no week beside Friday and a month. */
const offered: readonly UntilSpan[] = spans.filter((span) => span !== "week");

interface ActProps {
  readonly visit: Visit;
  readonly facts: DomainFacts;
  /** What allowing it would do; undefined where it is allowed. */
  readonly flips: Flips | "failed" | undefined;
}

/** What allowing the domain would do, and the forms that allow or deny it. A look-alike is offered for denying. */
export function AllowOrDeny({ visit, facts, flips }: ActProps) {
  const t = visit.say(domainPageTexts);
  const { domain, alike, entries } = facts;
  const [like] = alike;
  const current = entries.find(({ key }) => key === domain)?.item;
  const form = (effect: Effect, span: UntilSpan, typed?: boolean) => (
    <EntryForm visit={visit} domain={domain} current={current} effect={effect} span={span} isTyped={typed === true} />
  );
  const dryRun = flips === undefined ? null : <DryRun visit={visit} flips={flips} />;
  const may = visit.may("Administrator");
  if (like !== undefined) {
    return (
      <section class="card" id="act">
        <h2>{t.looksLikeOther(visible(like.like))}</h2>
        <p>{t.knowHint(visible(like.like))}</p>
        {may ? form("deny", "never") : null}
        {may && flips !== undefined ? (
          <details>
            <summary>{t.know}</summary>
            {dryRun}
            {form("allow", "month", true)}
          </details>
        ) : null}
      </section>
    );
  }
  if (flips === undefined && !may) return null;
  return (
    <section class="card" id="act">
      {flips === undefined ? null : <h2>{t.ifAllowed}</h2>}
      {dryRun}
      {may && flips !== undefined ? form("allow", "month") : null}
      {may ? (
        <details>
          <summary>{t.denyFold}</summary>
          {form("deny", "never")}
        </details>
      ) : null}
    </section>
  );
}

function DryRun({ visit, flips }: { readonly visit: Visit; readonly flips: Flips | "failed" }) {
  const t = visit.say(domainPageTexts);
  if (flips === "failed") return <Alert kind="warn">{t.notJudged}</Alert>;
  const { admitted, unclear, read, cut } = flips;
  return (
    <>
      <ul class="plain">
        <li>
          <Outcome kind="continue">
            {t.letInNext}: <b>{admitted.count.toLocaleString(visit.language)}</b>
          </Outcome>
        </li>
        {unclear.count === 0 ? null : (
          <li>
            <Outcome kind="invalid">
              {t.unclear(unclear.rules.join(", "))}: <b>{unclear.count.toLocaleString(visit.language)}</b>
            </Outcome>
          </li>
        )}
      </ul>
      <p class="hint">
        {t.dryRun(FLIP_DAYS, read.toLocaleString(visit.language))} {cut ? t.cut : null}
      </p>
    </>
  );
}

interface FormProps {
  readonly visit: Visit;
  readonly domain: string;
  readonly current: Item | undefined;
  readonly effect: Effect;
  readonly span: UntilSpan;
  /** Whether the domain is to be typed. */
  readonly isTyped: boolean;
}

function EntryForm({ visit, domain, current, effect, span, isTyped }: FormProps) {
  const t = visit.say(domainPageTexts);
  const { days } = visit.say(peopleTexts);
  const idOf = (field: string) => `${effect}-${field}`;
  return (
    <form method="post" action={ACTION}>
      {visit.formToken}
      <input type="hidden" name="domain" value={domain} />
      <input type="hidden" name="version" value={versionOfEntry(current)} />
      <fieldset>
        <legend>{t.until}</legend>
        {offered.map((each) => {
          const day = lastDayOf(each, visit.now);
          return (
            <p>
              <label>
                <input type="radio" name="span" value={each} checked={each === span} /> {days[each]}
                {day === undefined ? "" : ` (${dayText(visit, day)})`}
              </label>
            </p>
          );
        })}
        <input type="date" name="day" aria-label={t.otherDay} />
      </fieldset>
      <p>
        <label for={idOf("note")}>{t.note}</label>
        <input id={idOf("note")} name="note" maxlength={MAX_TEXT_LENGTH} autocomplete="off" aria-describedby={idOf("hint")} />
        <span class="hint" id={idOf("hint")}>
          {t.noteHint}
        </span>
      </p>
      {isTyped ? (
        <p>
          <label for="confirm">{t.type(visible(domain))}</label>
          <input id="confirm" name="confirm" required autocomplete="off" autocapitalize="off" spellcheck={false} />
        </p>
      ) : null}
      <button type="submit" name="effect" value={effect} class={effect === "deny" || isTyped ? "danger" : undefined}>
        {isTyped ? t.known : t[effect](visible(domain))}
      </button>
    </form>
  );
}

/** Goes into the forms: who writes has seen this entry. */
function versionOfEntry(current: Item | undefined): string {
  return current === undefined ? "none" : versionOf(current);
}

/** Writes an allow or a deny of a domain. A look-alike is allowed by nobody who does not type it. */
export async function postDomain(visit: Visit): Promise<Response> {
  const t = visit.say(domainPageTexts);
  const domain = normaliseDomain(visit.field("domain"));
  const effect = effects.find((each) => each === visit.field("effect"));
  if (domain === undefined || effect === undefined) return await visit.page(t.noDomain, <Alert>{t.noDomain}</Alert>, { status: 400 });
  const current = await visit.world.accessList.get(domain);
  if (versionOfEntry(current) !== visit.field("version")) return await refused(visit, domain, t.conflict, 409);
  const until = untilAsked(visit.field("span"), visit.field("day").trim(), visit.now);
  if (!until.ok) return await refused(visit, domain, t.badDay, 400);
  const note = withPlainLines(visit.field("note")).trim();
  const long = tooLong(visit, note);
  if (long !== undefined) return await refused(visit, domain, long, 400);
  const read = readCells({ entry: domain, effect, note, ...(until.day !== undefined && { expiresAt: until.day }) });
  if (!read.ok) return await refused(visit, domain, read.problems.join("; "), 400);
  const rows = inMemory.groups<FileRow>("written");
  rows.add(read.row.entry, read.row);
  const plan = await planRows(visit, rows);
  const { added, changed, removed } = plan.counts;
  if (added + changed + removed === 0) return visit.goTo(`${domainPath(domain)}?done=same`);
  const fields = { domain, effect, note, span: visit.field("span"), day: visit.field("day"), version: visit.field("version") };
  const edit = plannedEdit(plan, "console", read.row.entry);
  const page = await askFirst(visit, { rows: plannedEdits(plan), form: { action: ACTION, fields }, edit });
  if (page !== undefined) return page;
  const { set, keptCount } = await writePlan(visit, plan, "console", read.row.entry);
  if (keptCount > 0) return await refused(visit, domain, t.conflict, 409);
  return visit.goTo(`${domainPath(domain)}?done=${effect}${noteOf(set.id)}`);
}

function refused(visit: Visit, domain: string, why: string, status: 400 | 409): Promise<Response> {
  const t = visit.say(domainPageTexts);
  return visit.page(
    visible(domain),
    <>
      <Alert>
        {t.notWritten} {why}
      </Alert>
      <BackLink path={domainPath(domain)} text={t.back} />
    </>,
    { status },
  );
}
