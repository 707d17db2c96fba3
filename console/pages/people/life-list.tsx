import type { Child } from "hono/jsx";
import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { Beside, OPEN_PARAMETER, openAddress } from "../../parts/beside";
import { addressWith, Chips } from "../../parts/chips";
import { ButtonLink, PostForm, SubmitButton } from "../../parts/forms";
import { gateAsked, gateCell, gateChip, gateColumn, hasGates } from "../../parts/gates";
import { PageHead } from "../../parts/page-head";
import { Pager, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { taskActs } from "../../parts/tasks";
import { Moment } from "../../parts/time";
import { shortened, ValueLink, visible } from "../../parts/value";
import { requestField, requestPath, VerbButtons } from "../approvals/approvals-parts";
import { INVITE_PATH } from "../invitations/invite-form";
import { BULK_PATH, LifeButtons } from "./bulk";
import { bulkTexts } from "./bulk-texts";
import { dateOf, noEndOf, standingOf } from "./life-standing";
import { lifeTexts as t } from "./life-texts";
import { verbsOfLife } from "./life-verbs";
import { type Life, type LifeRow, lives, pageOfLife, personOfRow, rowField } from "./lives";
import { personPanel } from "./person-page";

interface PeopleHeadProps {
  readonly visit: Visit;
  /** Whether the table of accounts says who is in. */
  readonly knowsAccounts: boolean;
  /** Of the view that is shown. */
  readonly count?: number | string | undefined;
}

/** The tabs above every view of people. */
export function PeopleHead({ visit, knowsAccounts, count }: PeopleHeadProps) {
  const asked = lifeAsked(visit);
  const path = (life: Life | undefined) =>
    addressWith(visit, ["life", "state", "q", "email", "account"], life === undefined ? {} : { life });
  const here = lives.filter((life) => knowsAccounts || life !== "ending");
  const each = [undefined, ...here].map((life) => ({
    ...{ name: t.views[life ?? "all"], path: path(life), isHere: life === asked },
    count: life === asked ? count : undefined,
  }));
  const invite = <ButtonLink path={INVITE_PATH} text={t.invite} class="button" />;
  return <PageHead title={t.title} views={{ label: t.byLife, each }} actions={visit.may("Approver") ? invite : undefined} />;
}

/** The view that the address asks for; undefined for the people who came lately. */
export function lifeAsked(visit: Visit): Life | undefined {
  return lives.find((each) => each === visit.query("life"));
}

/** The people of one view, with what can be done to several of them. */
export async function lifeList(visit: Visit, life: Life, knowsAccounts: boolean): Promise<Response> {
  const page = await pageOfLife(visit, life);
  const isChoosable = page.items.length > 0 && visit.may("Approver") && (life === "waiting" || verbsOfLife[life].length > 0);
  const table = <LifeTable visit={visit} life={life} rows={page.items} isChoosable={isChoosable} />;
  const list = (
    <>
      {hasGates(visit) ? <Chips visit={visit} chips={gateChip(visit)} /> : null}
      <StalePage page={page} />
      {isChoosable ? (
        <LifeForm visit={visit} life={life}>
          {table}
        </LifeForm>
      ) : (
        table
      )}
      <Pager visit={visit} page={page} />
      {isChoosable && life === "waiting" ? <OldestForm visit={visit} /> : null}
    </>
  );
  const count = page.later ? undefined : page.next === undefined ? page.items.length : `${page.items.length}+`;
  return await visit.page(
    t.title,
    <Beside visit={visit} list={list} panel={await personPanel(visit)} label={t.person} acts={taskActs(visit)} />,
    { head: <PeopleHead visit={visit} knowsAccounts={knowsAccounts} count={count} /> },
  );
}

interface LifeTableProps {
  readonly visit: Visit;
  readonly life: Life;
  readonly rows: readonly LifeRow[];
  readonly isChoosable: boolean;
}

function LifeTable({ visit, life, rows, isChoosable }: LifeTableProps) {
  const people = rows.map(personOfRow);
  const choices = {
    // People who wait are decided on in the queue, which wants to know what was seen.
    ...{ field: life === "waiting" ? "request" : "person", all: t.chooseAll },
    each: rows.map((row, index) => ({
      value: life === "waiting" && row.kind === "request" ? requestField(row.request) : rowField(row),
      label: t.choose(visible(people[index]?.email ?? "")),
    })),
  };
  return (
    <Table
      caption={t.views[life]}
      columns={[t.person, t.state, ...gateColumn(visit), t.sponsor, t.code, t.dates[life]]}
      keys={people.map(({ email }) => email)}
      current={visit.query(OPEN_PARAMETER)}
      rows={rows.map((row) => {
        const { email, sponsor = "", sponsorLost, reference, gate } = personOfRow(row);
        const { state, tone } = standingOf(row, visit.now);
        const date = dateOf(row, visit.now);
        return [
          <ValueLink path={openAddress(visit, email)} text={email} />,
          <Badge tone={tone}>{t.states[state]}</Badge>,
          ...gateCell(visit, gate === undefined ? {} : { gate }),
          <>
            {shortened(sponsor, 80)} {sponsorLost === undefined ? null : <Badge tone="warn">{t.sponsorLost[sponsorLost]}</Badge>}
          </>,
          <a href={row.kind === "request" ? requestPath(row.request.id) : `/decisions/${encodeURIComponent(reference)}`}>
            {visible(reference)}
          </a>,
          date === undefined ? t[noEndOf(row)] : <Moment at={date} />,
        ];
      })}
      {...(isChoosable && { choices })}
      empty={t.none[life]}
    />
  );
}

function LifeForm({ visit, life, children }: { readonly visit: Visit; readonly life: Life; readonly children?: Child }) {
  const isWaiting = life === "waiting";
  return (
    <PostForm
      visit={visit}
      action={isWaiting ? "/approvals/decide" : BULK_PATH}
      hidden={{ back: isWaiting ? "/approvals" : addressWith(visit, [], {}) }}
    >
      {children}
      <fieldset class="bar when-ticked">
        <legend class="hidden">{t.selected}</legend>
        <p class="actions">{isWaiting ? <VerbButtons verbs={["approve", "deny"]} /> : <LifeButtons verbs={verbsOfLife[life]} />}</p>
      </fieldset>
    </PostForm>
  );
}

function OldestForm({ visit }: { readonly visit: Visit }) {
  return (
    <PostForm
      visit={visit}
      class="card"
      action={BULK_PATH}
      hidden={{ verb: "let-in", gate: gateAsked(visit) ?? "", back: addressWith(visit, [], {}) }}
    >
      <p class="actions">
        <label for="count">
          {t.oldest}: {t.howMany}
        </label>
        <input id="count" name="count" inputmode="numeric" value="10" required />
        <SubmitButton text={bulkTexts.verbs["let-in"]} />
      </p>
    </PostForm>
  );
}
