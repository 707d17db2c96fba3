import { type Item, toRow } from "../../../adapters/tables/item";
import { expiryTime } from "../../../engine/access-list/row";
import type { Visit } from "../../app/visit";
import { readCell, typedCell } from "../../editor/cells";
import { EditForms } from "../../editor/edit-forms";
import { EditedCells, isAsShown, showConflict, VersionField, writeRow } from "../../editor/row-edits";
import { Alert } from "../../parts/alert";
import { shortened } from "../../parts/value";
import { BackLink, listPath, NoteAndExpiry, ProblemList, Refusal, type TypedValues, valuePath } from "./reference-data-parts";
import { referenceDataTexts } from "./reference-data-texts";
import { hasProblem, ledgerIds, problemsOf, usesIn } from "./reference-row";

type Typed = Pick<TypedValues, "note" | "expiresAt">;
interface Key {
  readonly list: string;
  readonly value: string;
}

/** One value of a list, and who has used it. */
export async function oneValue(visit: Visit): Promise<Response> {
  return await showOne(visit, { list: visit.queryAsTyped("list"), value: visit.queryAsTyped("value") });
}

interface Refused {
  readonly typed: Typed;
  readonly problems: readonly string[];
}

async function showOne(visit: Visit, key: Key, refused?: Refused): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const [item, uses] = await Promise.all([visit.world.referenceData.get({ ...key }), usesOf(visit, key)]);
  if (item === undefined && uses.length === 0) {
    const content = (
      <>
        <p>{t.noSuch}</p>
        <BackLink path="/reference-data" text={t.back} />
      </>
    );
    return await visit.page(t.title, content, { status: 404 });
  }
  const done = visit.query("done");
  return await visit.page(
    shortened(key.value, 80),
    <>
      {refused === undefined ? null : <Refusal visit={visit} problems={refused.problems} />}
      {done === "changed" || done === "freed" ? <Alert kind="good">{t.done[done]}</Alert> : null}
      {item === undefined ? <p>{t.noSuch}</p> : <Row visit={visit} item={item} typed={refused?.typed} />}
      {uses.map((use) => (
        <Use visit={visit} of={key} use={use} />
      ))}
      <BackLink path={listPath(key.list)} text={t.backToList} />
    </>,
    { status: refused === undefined ? 200 : 400 },
  );
}

/** Rows of the ledger that may count the uses of a value. */
async function usesOf({ world }: Visit, { list, value }: Key): Promise<readonly Item[]> {
  if (list === "" || value === "") return [];
  const rows = await Promise.all(ledgerIds(list, value).map((id) => world.ledger.get({ id })));
  return rows.filter((row) => row !== undefined);
}

function KeyFields({ of: { list, value } }: { readonly of: Key }) {
  return (
    <>
      <input type="hidden" name="list" value={list} />
      <input type="hidden" name="value" value={value} />
    </>
  );
}

function Row({ visit, item, typed }: { readonly visit: Visit; readonly item: Item; readonly typed: Typed | undefined }) {
  const t = visit.say(referenceDataTexts);
  const problems = problemsOf(toRow(item), visit.now);
  const key = { list: String(item.list?.S), value: String(item.value?.S) };
  const shown = typed ?? { note: typedCell(item.note)?.text ?? "", expiresAt: typedCell(item.expiresAt)?.text ?? "" };
  const hidden = (
    <>
      {visit.formToken}
      <KeyFields of={key} />
      <VersionField item={item} />
    </>
  );
  return (
    <>
      {problems.expired || hasProblem(problems) ? (
        <Alert kind="warn">
          <ProblemList visit={visit} problems={problems} />
        </Alert>
      ) : null}
      <h2>{t.counts}</h2>
      <EditedCells visit={visit} item={item} names={{ list: t.list, value: t.value, note: t.note, expiresAt: t.expiresAt }} />
      {visit.may("Administrator") ? (
        <EditForms path="/reference-data" texts={t} hidden={hidden}>
          <NoteAndExpiry visit={visit} typed={shown} name="edit" />
        </EditForms>
      ) : null}
    </>
  );
}

function Use({ visit, of, use }: { readonly visit: Visit; readonly of: Key; readonly use: Item }) {
  const t = visit.say(referenceDataTexts);
  const id = String(use.id?.S);
  return (
    <section class="card">
      <h2>{t.uses}</h2>
      <p>
        {t.usesBy(usesIn(toRow(use)))} <code>{shortened(id)}</code>
      </p>
      {visit.may("Administrator") ? (
        <form method="post" action="/reference-data/free">
          {visit.formToken}
          <KeyFields of={of} />
          <input type="hidden" name="id" value={id} />
          <VersionField item={use} />
          <p class="hint">{t.freeHint}</p>
          <button type="submit" class="danger">
            {t.free}
          </button>
        </form>
      ) : null}
    </section>
  );
}

function keyIn(visit: Visit): Key {
  return { list: visit.field("list"), value: visit.field("value") };
}

const subjectOf = ({ list, value }: Key) => `${list}/${value}`;

export async function save(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const { referenceData } = visit.world;
  const key = keyIn(visit);
  const path = valuePath(key.list, key.value);
  const typed = { note: visit.field("note"), expiresAt: visit.field("expiresAt").trim() };
  const item = await referenceData.get({ ...key });
  const wanted = wantedRow(item ?? { list: { S: key.list }, value: { S: key.value } }, typed);
  if (!isAsShown(visit, item)) return await showConflict(visit, { item, wanted, path });
  const isNewDate = typedCell(item.expiresAt)?.text.trim() !== typed.expiresAt;
  if (typed.expiresAt !== "" && isNewDate && expiryTime(typed.expiresAt) === undefined) {
    return await showOne(visit, key, { typed, problems: [t.badDate] });
  }
  const written = await writeRow(visit, referenceData, { what: "reference-data", subject: subjectOf(key), before: item, after: wanted });
  if (!written) return await showConflict(visit, { item: await referenceData.get({ ...key }), wanted, path });
  return visit.goTo(`${path}&done=changed`);
}

/** Columns of the operator's own stay. */
function wantedRow(item: Item, typed: Typed): Item {
  const { note, expiresAt, ...kept } = item;
  return { ...kept, ...cellOf("note", typed.note, note), ...cellOf("expiresAt", typed.expiresAt, expiresAt) };
}

/** A cell that no form can show, or that nobody changed, stays. */
function cellOf(name: "note" | "expiresAt", text: string, standing: Item[string] | undefined): Item {
  const shown = typedCell(standing);
  if (text === "") return standing !== undefined && shown === undefined ? { [name]: standing } : {};
  const read = readCell({ type: shown?.text === text ? shown.type : "text", text }, standing);
  return "cell" in read ? { [name]: read.cell } : {};
}

export async function removeValue(visit: Visit): Promise<Response> {
  const { referenceData } = visit.world;
  const key = keyIn(visit);
  const item = await referenceData.get({ ...key });
  const edit = { what: "reference-data", subject: subjectOf(key), before: item, after: undefined };
  if (isAsShown(visit, item) && (await writeRow(visit, referenceData, edit))) return visit.goTo(`${listPath(key.list)}&done=removed`);
  return await showConflict(visit, { item: await referenceData.get({ ...key }), path: valuePath(key.list, key.value) });
}

/** Lets a code be used as if nobody had. Only rows of the ledger that count this value's uses can go. */
export async function free(visit: Visit): Promise<Response> {
  const t = visit.say(referenceDataTexts);
  const key = keyIn(visit);
  const id = ledgerIds(key.list, key.value).find((each) => each === visit.field("id"));
  const use = id === undefined ? undefined : await visit.world.ledger.get({ id });
  if (use !== undefined && (await freed(visit, use))) return visit.goTo(`${valuePath(key.list, key.value)}&done=freed`);
  const content = (
    <>
      <Alert>{use === undefined ? t.noSuchUse : t.useChanged}</Alert>
      <BackLink path={valuePath(key.list, key.value)} text={shortened(key.value, 80)} />
    </>
  );
  return await visit.page(t.title, content, { status: 409 });
}

async function freed(visit: Visit, use: Item): Promise<boolean> {
  const { world, session, now } = visit;
  if (!isAsShown(visit, use)) return false;
  const entry = {
    by: session.subject,
    name: session.name,
    action: "ledger.freed",
    subject: String(use.id?.S),
    before: { people: usesIn(toRow(use)) },
  };
  return await world.audit.audited(entry, now, () => world.ledger.remove(use));
}
