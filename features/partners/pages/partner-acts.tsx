import type { ActResult, Concern } from "../../../adapters/operator/act";
import { computeRowVersion } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { removedNote } from "../../../console/editor/row-parts";
import { Alert, type FieldProblem, FormFold, PostForm, SentField, SubmitButton } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { OPEN_PARAMETER, UNDO_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { addPartner, checkDomain, removePartner, undoRemoval } from "../acts";
import { partnerDomain } from "../entries";
import type { FoundPartner } from "../store/partners";
import { partnerWords } from "../words";

export const PARTNERS_PATH = "/partners";
/** The query parameter that opens the page at the form's field. */
export const ADDING = "adding";
const DOMAIN = "domain";
/** The field with which an operator adds a doubtful domain. */
const ANYWAY = "anyway";

const warning: readonly string[] = ["there", "missing", "wildcard", "failed"];

export function partnerPath(domain: string): string {
  return `${PARTNERS_PATH}?${OPEN_PARAMETER}=${encodeURIComponent(domain)}`;
}

export function addPartnerForm(visit: Visit, problems: readonly FieldProblem[]) {
  return (
    <PostForm visit={visit} class="card add-row" action={`${PARTNERS_PATH}/add`}>
      <Icon name="add" />
      <div>
        <SentField
          visit={visit}
          problems={problems}
          id={DOMAIN}
          label={frameTexts.domain}
          placeholder="contoso.com"
          autocapitalize="off"
          autofocus={visit.query(ADDING) !== ""}
          required
        />
        {problems.some(({ text }) => text === partnerWords.concerns.doubtful()) ? (
          <label class="check">
            <input type="checkbox" name={ANYWAY} value="1" /> {t.anyway}
          </label>
        ) : null}
      </div>
      <div class="actions">
        <SubmitButton text={t.add} />
      </div>
    </PostForm>
  );
}

/** A domain that is no partner any more may have entries of its contacts left, which its removal ends. */
export async function partnerActs(visit: Visit, domain: string, { stored, row }: FoundPartner) {
  if (!visit.may("Administrator")) return null;
  const [removal] = await visit.review(removePartner, [domain], {});
  if (removal === undefined || removal.concerns.some(({ weight }) => weight === "refused")) return null;
  const hiddenFields = { [DOMAIN]: domain, version: stored === undefined ? "" : computeRowVersion(stored) };
  return (
    <footer>
      {row === undefined || row.state === "lapsed" ? null : (
        <PostForm visit={visit} action={`${PARTNERS_PATH}/check`} hidden={hiddenFields}>
          <SubmitButton text={t.check} />
        </PostForm>
      )}
      <FormFold text={frameTexts.remove} class="button danger">
        <PostForm visit={visit} action={`${PARTNERS_PATH}/remove`} hidden={hiddenFields}>
          {removal.concerns.map(({ text }) => (
            <p class="hint">{text(momentText)}</p>
          ))}
          <SubmitButton text={frameTexts.removeIt(visible(domain))} class="danger" />
        </PostForm>
      </FormFold>
    </footer>
  );
}

/** @param open the partner whose panel is open */
export function renderOutcome(visit: Visit, open: FoundPartner["row"]) {
  const did = visit.query("done");
  const there = open && partnerWords.concerns.there(momentText, visible(open.by), open.addedAt);
  const note = (
    <Alert kind={did === "quicker" ? "bad" : warning.includes(did) ? "warn" : "good"}>
      {visit.done({ ...t.done, ...(there !== undefined && { there }), quicker: frameTexts.stale })}
    </Alert>
  );
  return removedNote(visit, `${PARTNERS_PATH}/undo`, { [DOMAIN]: visit.query(UNDO_PARAMETER) }) ?? note;
}

type Refuse = (visit: Visit, problems: readonly FieldProblem[]) => Promise<Response>;

/** @param refuse shows the page, with the problems of a domain */
export function actRoutes(refuse: Refuse): readonly ConsoleRoute[] {
  const route = (path: string, hidden: readonly string[], handler: ConsoleRoute["handler"]): ConsoleRoute => ({
    ...{ method: "POST", path: `${PARTNERS_PATH}/${path}`, access: "Administrator", hidden, handler },
  });
  const hidden = [DOMAIN, "version"];
  return [
    route("add", [], async (visit) => {
      const answered = visit.field(ANYWAY) === "" ? [] : ["doubtful"];
      const result = await visit.carryOut(addPartner, { target: visit.field(DOMAIN), input: {}, answered });
      return await answer(visit, result, refuse, ({ id }, concerns) =>
        goToPartner(visit, concerns.some(({ code }) => code === "there") ? "there" : "added", id),
      );
    }),
    route("check", hidden, async (visit) => {
      const result = await visit.carryOut(checkDomain, { target: visit.field(DOMAIN), input: {}, answered: [] });
      return await answer(visit, result, refuse, ({ id, look }) => goToPartner(visit, look ?? "quicker", id));
    }),
    route("remove", hidden, async (visit) => {
      const [target, seen] = [visit.field(DOMAIN), visit.field("version")];
      const result = await visit.carryOut(removePartner, { target, input: {}, seen, answered: ["removes"] });
      const undoPath = (domain: string) => `${PARTNERS_PATH}?done=removed&${UNDO_PARAMETER}=${encodeURIComponent(domain)}`;
      return await answer(visit, result, refuse, (domain) =>
        seen === "" ? goToPartner(visit, "ended", domain) : visit.goTo(undoPath(domain)),
      );
    }),
    route("undo", hidden, async (visit) => {
      const result = await visit.carryOut(undoRemoval, { target: visit.field(DOMAIN), input: {}, answered: [] });
      return await answer(visit, result, refuse, (domain) => goToPartner(visit, "back", domain));
    }),
  ];
}

async function answer<T>(
  visit: Visit,
  result: ActResult<T>,
  refuse: Refuse,
  end: (outcome: T, concerns: readonly Concern[]) => Response,
): Promise<Response> {
  if (result.kind === "done") return end(result.outcome, result.concerns);
  if (result.kind === "changed") return goToPartner(visit, "quicker", visit.field(DOMAIN));
  // A domain that is there already has a page, which shows its record.
  if (result.concerns.some(({ code }) => code === "there")) return goToPartner(visit, "there", partnerDomain(visit.field(DOMAIN)) ?? "");
  return await refuse(
    visit,
    result.concerns.map(({ text }) => ({ field: DOMAIN, text: text(momentText) })),
  );
}

function goToPartner(visit: Visit, what: keyof typeof t.done | "there" | "quicker", domain: string): Response {
  return visit.goTo(`${partnerPath(domain)}&done=${what}`);
}

const t = pageTexts({
  add: ["Add a partner", "파트너 추가"],
  check: ["Check now", "지금 확인"],
  done: {
    added: ["Added. Give the partner this TXT record to set.", "추가했습니다. 파트너에게 이 TXT 레코드를 설정하도록 전달하세요."],
    found: ["Checked: the record is there.", "확인 결과 레코드가 있습니다."],
    missing: ["Checked: the record is not there.", "확인 결과 레코드가 없습니다."],
    wildcard: [
      "A wildcard answers: the record has to stand at its own name.",
      "와일드카드가 응답합니다. 레코드를 고유한 이름에 설정하세요.",
    ],
    failed: ["Checked: the DNS did not answer, so nothing changes.", "DNS가 응답하지 않아 바뀐 것이 없습니다."],
    ended: ["The entries of its contacts have ended.", "담당자가 허용한 항목을 종료했습니다."],
    back: ["It is back, with the same TXT record.", "같은 TXT 레코드로 되돌렸습니다."],
  },
  anyway: ["It is one organisation's own domain: add it", "한 기관의 자체 도메인이므로 추가합니다"],
});
