import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readRow } from "../../../engine/access-list/row";
import {
  isPartnerEntry,
  MAX_PARTNER_ENTRIES,
  PARTNER_ALLOW_DAYS,
  type PartnerEntryFlaw,
  partnerEntry,
  type TypedPartnerEntry,
} from "../../../engine/partners/entries";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { isAsShown, VersionField, writeRow } from "../../editor/row-writes";
import { BackLink } from "../../parts/back-link";
import { Alert, ErrorSummary, type FieldProblem, InputField, PostForm, problemOf, SubmitButton, tooLong } from "../../parts/forms";
import { Table } from "../../parts/table";
import { dayOf } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { homes } from "../../session/roles";
import { writtenList } from "../access-list/access-list-write";
import { partnerListTexts as t } from "./partner-list-texts";

// What contacts of a partner keep in the access list: addresses at their own domain, in rows that are marked as theirs.

export const PARTNER_LIST_PATH = `${homes.Partner}/list`;
const effects = ["allow", "deny"] as const;
const nothingTyped: TypedPartnerEntry = { entry: "", effect: "allow", expiresAt: "", note: "" };

/** Of a contact's page there is always one: without it, no row is anybody's. */
function domainOf({ partnerDomain }: Visit): string {
  return partnerDomain ?? "";
}

interface Refused {
  readonly typed: TypedPartnerEntry;
  readonly problems: readonly FieldProblem[];
  readonly status: 400 | 409;
}

async function showList(visit: Visit, refused?: Refused): Promise<Response> {
  const domain = domainOf(visit);
  const items = (await visit.world.accessList.ofPartner(domain)).filter((item) => isPartnerEntry(toRow(item), domain));
  const did = visit.done(t.did);
  return await visit.page(
    t.title(visible(domain)),
    <>
      {did === undefined || refused !== undefined ? null : <Alert kind="good">{did}</Alert>}
      {refused === undefined ? null : <ErrorSummary title={t.notDone} problems={refused.problems} />}
      <p class="hint">{t.only(visible(domain))}</p>
      <Table
        caption={t.caption}
        columns={[t.address, t.effect, t.expires, t.note, t.remove]}
        rows={items.map((item) => rowOf(visit, item))}
        empty={t.none}
      />
      <AddForm visit={visit} {...refused} />
      <BackLink path={homes.Partner} text={t.back} />
    </>,
    { status: refused?.status ?? 200 },
  );
}

function rowOf(visit: Visit, item: Item) {
  const { entry, note } = toRow(item);
  const { effect, expiresAt } = readRow(toRow(item));
  const text = visible(String(entry));
  // A row ends with its last day; one that Gatehouse ended, at that moment.
  const day = expiresAt === undefined ? t.never : dayOf(new Date(expiresAt - 1));
  return [
    <bdi class="value">{text}</bdi>,
    t.effects[effect],
    expiresAt !== undefined && expiresAt <= visit.now.getTime() ? t.ended(day) : day,
    <bdi>{shortened(typeof note === "string" ? note : "")}</bdi>,
    <PostForm visit={visit} action={`${PARTNER_LIST_PATH}/remove`} hidden={{ entry: String(entry) }}>
      <VersionField item={item} />
      <SubmitButton text={t.remove} class="quiet" aria-label={t.removeNamed(text)} />
    </PostForm>,
  ];
}

function AddForm({ visit, typed = nothingTyped, problems = [] }: { readonly visit: Visit } & Partial<Refused>) {
  return (
    <PostForm visit={visit} class="card narrow" action={`${PARTNER_LIST_PATH}/add`}>
      <h2>{t.add}</h2>
      <InputField id="entry" label={t.address} value={typed.entry} required autocapitalize="off" problem={problemOf(problems, "entry")} />
      <label for="effect">{t.effect}</label>
      <select id="effect" name="effect">
        {effects.map((effect) => (
          <option value={effect} selected={typed.effect === effect}>
            {t.effects[effect]}
          </option>
        ))}
      </select>
      <InputField
        id="expiresAt"
        type="date"
        label={t.expires}
        hint={t.expiresHint(PARTNER_ALLOW_DAYS)}
        value={typed.expiresAt}
        problem={problemOf(problems, "expiresAt")}
      />
      <InputField id="note" label={t.note} value={typed.note} problem={problemOf(problems, "note")} />
      <p class="actions">
        <SubmitButton text={t.addButton} />
      </p>
    </PostForm>
  );
}

const fieldOf: Readonly<Record<PartnerEntryFlaw, string>> = {
  address: "entry",
  domain: "entry",
  spelling: "entry",
  effect: "effect",
  end: "expiresAt",
};

/** Writes the row where there is none, or in the place of one of theirs: an operator's stays. */
async function add(visit: Visit): Promise<Response> {
  const { world, now } = visit;
  const domain = domainOf(visit);
  const typed: TypedPartnerEntry = {
    entry: visit.field("entry"),
    effect: visit.field("effect"),
    expiresAt: visit.field("expiresAt").trim(),
    note: visit.field("note").trim(),
  };
  const refuse = (field: string, text: string, status: Refused["status"] = 400) =>
    showList(visit, { typed, problems: [{ field, text }], status });
  const long = tooLong(visit, typed.note);
  if (long !== undefined) return await refuse("note", long);
  const read = partnerEntry(typed, domain, now);
  if ("flaw" in read) return await refuse(fieldOf[read.flaw], t.flaws[read.flaw]);
  const after = toItem(read.row);
  const entry = String(read.row.entry);
  const before = await world.accessList.get(entry);
  if (before !== undefined && !isPartnerEntry(toRow(before), domain)) return await refuse("entry", t.taken, 409);
  if (before === undefined && (await world.accessList.ofPartner(domain)).length >= MAX_PARTNER_ENTRIES)
    return await refuse("entry", t.full(MAX_PARTNER_ENTRIES), 409);
  if (await writeRow(visit, writtenList, { entry }, { before, after })) return visit.goTo(`${PARTNER_LIST_PATH}?done=added`);
  return await refuse("entry", t.changed, 409);
}

async function remove(visit: Visit): Promise<Response> {
  const entry = visit.field("entry");
  const before = await visit.world.accessList.get(entry);
  const isTheirs = before !== undefined && isPartnerEntry(toRow(before), domainOf(visit));
  const isRemoved = isTheirs && isAsShown(visit, before) && (await writeRow(visit, writtenList, { entry }, { before, after: undefined }));
  if (isRemoved) return visit.goTo(`${PARTNER_LIST_PATH}?done=removed`);
  const problems = [{ field: "entry", text: t.changed }];
  return await showList(visit, { typed: nothingTyped, problems, status: 409 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PARTNER_LIST_PATH, access: "Partner", handler: showList },
  { method: "POST", path: `${PARTNER_LIST_PATH}/add`, access: "Partner", handler: add },
  { method: "POST", path: `${PARTNER_LIST_PATH}/remove`, access: "Partner", hidden: ["entry", "version"], handler: remove },
];
