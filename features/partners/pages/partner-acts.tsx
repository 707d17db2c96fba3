import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { removedNote } from "../../../console/editor/removed-note";
import { computeRowVersion, isAsShown } from "../../../console/editor/row-writes";
import { Alert, type FieldProblem, FormFold, PostForm, SentField, SubmitButton } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { visible } from "../../../console/parts/value";
import { OPEN_PARAMETER, UNDO_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { newPartnerDomain, type PartnerFlaw, partnerDomain } from "../domain";
import { addDomain, checkPartner, putBackPartner, removeDomain } from "../store/changes";
import type { FoundPartner } from "../store/partners";
import { partnerSubject } from "../store/rows";

export const PARTNERS_PATH = "/partners";
/** The query parameter that opens the page at the form's field. */
export const ADDING = "adding";
const DOMAIN = "domain";
/** Time within which a removal can be undone. Later, others rely on the removal. */
const UNDO_MS = MS_PER_DAY;
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
        {problems.some(({ text }) => text === t.flaws.doubtful) ? (
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

export function partnerActs(visit: Visit, domain: string, { stored, row }: FoundPartner) {
  if (stored === undefined || !visit.may("Administrator")) return null;
  const hiddenFields = { [DOMAIN]: domain, version: computeRowVersion(stored) };
  return (
    <footer>
      {row === undefined || row.state === "lapsed" ? null : (
        <PostForm visit={visit} action={`${PARTNERS_PATH}/check`} hidden={hiddenFields}>
          <SubmitButton text={t.check} />
        </PostForm>
      )}
      <FormFold text={frameTexts.remove} class="button danger">
        <PostForm visit={visit} action={`${PARTNERS_PATH}/remove`} hidden={hiddenFields}>
          <p class="hint">{t.removeHint}</p>
          <SubmitButton text={frameTexts.removeIt(visible(domain))} class="danger" />
        </PostForm>
      </FormFold>
    </footer>
  );
}

export function partnerDone(visit: Visit) {
  const did = visit.query("done");
  const note = (
    <Alert kind={did === "quicker" ? "bad" : warning.includes(did) ? "warn" : "good"}>
      {visit.done({ ...t.done, quicker: frameTexts.stale })}
    </Alert>
  );
  return removedNote(visit, `${PARTNERS_PATH}/undo`, { [DOMAIN]: visit.query(UNDO_PARAMETER) }) ?? note;
}

function getPartnerPorts({ world }: Visit) {
  return { ask: world.askTexts, list: world.accessList, partners: world.partners, trail: world.audit };
}

async function add(visit: Visit, domain: string): Promise<Response> {
  const { world, author, now } = visit;
  const { stored, row: before } = await world.partners.found(domain);
  if (stored !== undefined && before?.state !== "lapsed") return goToPartner(visit, "there", domain);
  const addedPartner = await addDomain(getPartnerPorts(visit), { domain, before }, author, now);
  return goToPartner(visit, addedPartner === undefined ? "quicker" : "added", domain);
}

async function check(visit: Visit, domain: string): Promise<Response> {
  const { world, author, now } = visit;
  const row = await world.partners.of(domain);
  const after = row && (await checkPartner(getPartnerPorts(visit), row, { ...author, via: "console" }, now));
  return goToPartner(visit, after?.look ?? "quicker", domain);
}

async function remove(visit: Visit, domain: string): Promise<Response> {
  const { world, author, now } = visit;
  const { stored } = await world.partners.found(domain);
  const isRemoved =
    isAsShown(visit, stored) && (await removeDomain(getPartnerPorts(visit), domain, stored, { ...author, via: "console" }, now));
  if (!isRemoved) return goToPartner(visit, "quicker", domain);
  return visit.goTo(`${PARTNERS_PATH}?done=removed&${UNDO_PARAMETER}=${encodeURIComponent(domain)}`);
}

async function undo(visit: Visit, domain: string): Promise<Response> {
  const { world, author, now } = visit;
  const [last] = (await world.audit.page({ subject: partnerSubject(domain) }, undefined, 1)).entries;
  const isLast = last !== undefined && last.after === undefined && now.getTime() - Date.parse(last.at) < UNDO_MS;
  const isBack = isLast && (await putBackPartner(getPartnerPorts(visit), last.before, author, now));
  return goToPartner(visit, isBack ? "back" : "quicker", domain);
}

function goToPartner(visit: Visit, what: keyof typeof t.done | "quicker", domain: string): Response {
  return visit.goTo(`${partnerPath(domain)}&done=${what}`);
}

function namedDomain(visit: Visit): { readonly domain: string } | { readonly flaw: PartnerFlaw } {
  const domain = partnerDomain(visit.field(DOMAIN));
  return domain === undefined ? { flaw: "no-domain" } : { domain };
}

/** @param refuse shows the page, with the problems of a domain */
export function actRoutes(refuse: (visit: Visit, problems: readonly FieldProblem[]) => Promise<Response>): readonly ConsoleRoute[] {
  return Object.entries({ add, check, remove, undo }).map(([name, act]) => ({
    ...{ method: "POST", path: `${PARTNERS_PATH}/${name}`, access: "Administrator", hidden: name === "add" ? [] : [DOMAIN, "version"] },
    async handler(visit) {
      const read = name === "add" ? newPartnerDomain(visit.field(DOMAIN), visit.field(ANYWAY) !== "") : namedDomain(visit);
      return "domain" in read ? await act(visit, read.domain) : await refuse(visit, [{ field: DOMAIN, text: t.flaws[read.flaw] }]);
    },
  }));
}

const t = pageTexts({
  add: ["Add a partner", "파트너 추가"],
  check: ["Check now", "지금 확인"],
  removeHint: [
    "From the next sign-up on, its people no longer count as a partner's people. Entries that its contacts allowed end, and stay ended after an Undo.",
    "다음 가입부터 파트너로 취급하지 않습니다. 담당자가 허용한 항목은 종료되며, 실행을 취소해도 종료된 상태로 남습니다.",
  ],
  done: {
    added: ["Added. Give the partner this TXT record to set.", "추가했습니다. 파트너에게 이 TXT 레코드를 설정하도록 전달하세요."],
    there: ["This domain is there already.", "이미 있는 도메인입니다."],
    found: ["Checked: the record is there.", "확인 결과 레코드가 있습니다."],
    missing: ["Checked: the record is not there.", "확인 결과 레코드가 없습니다."],
    wildcard: [
      "A wildcard answers: the record has to stand at its own name.",
      "와일드카드가 응답합니다. 레코드를 고유한 이름에 설정하세요.",
    ],
    failed: ["Checked: the DNS did not answer, so nothing changes.", "DNS가 응답하지 않아 바뀐 것이 없습니다."],
    back: ["It is back, with the same TXT record.", "같은 TXT 레코드로 되돌렸습니다."],
  },
  flaws: {
    "no-domain": ["Write a domain, such as contoso.com.", "contoso.com과 같은 도메인을 입력하세요."],
    "mail-provider": [
      "Anybody can get an address there, so a proof would say nothing about its other users. Name the partner's own domain.",
      "누구나 주소를 받을 수 있는 도메인이라 증명해도 의미가 없습니다. 파트너 자체 도메인을 입력하세요.",
    ],
    doubtful: [
      "According to a public list, anybody can get an address or a name there, so a proof would say nothing about its other users. Such lists also contain some organisations.",
      "공개 목록에 따르면 누구나 주소나 이름을 받을 수 있는 도메인이라 증명해도 의미가 없습니다. 이런 목록에는 실제 기관도 일부 들어 있습니다.",
    ],
  },
  anyway: ["It is one organisation's own domain: add it", "한 기관의 자체 도메인이므로 추가합니다"],
});
