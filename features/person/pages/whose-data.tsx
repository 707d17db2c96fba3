import type { Command, SearchHit, SearchSource, Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { pageWithForm } from "../../../console/parts/back-link";
import { InputField, SubmitButton } from "../../../console/parts/forms";
import { pathOfPerson } from "../../../console/parts/links";
import { shortenText } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { readNamedAddress } from "../../../engine/directory-account";

// If the URL of the export page or the erasure page names nobody, the page shows the form of `whosePage`.

const paths = { erase: "/people/erase", export: "/people/export.jsonl" } as const;
type Act = keyof typeof paths;
const acts: readonly Act[] = ["export", "erase"];

export const whoseCommands: readonly Command[] = [
  { path: paths.export, access: "Administrator", name: { en: "Export a person's data…", ko: "개인 데이터 내보내기…" }, icon: "export" },
  { path: paths.erase, access: "Administrator", name: { en: "Erase a person's data…", ko: "개인 데이터 삭제…" }, icon: "close" },
];

/** Finds the page for words such as "erase kim@contoso.com". */
export const askedOfPerson: SearchSource["asked"] = ({ may }, [verb = "", typed = ""]) => {
  const email = readNamedAddress(typed);
  if (!may("Administrator") || email === undefined) return [];
  return acts
    .filter((act) => [act, t.verbs[act]].includes(verb))
    .map((act): SearchHit => {
      const path = pathOfPerson({ email }, act === "erase" ? "/erase" : "/export.jsonl");
      return { path, name: t.acts[act](shortenText(email, 80)), icon: act === "erase" ? "close" : "export" };
    });
};

/** Returns a page that asks whose data is meant. Undefined if the page's address already names the person. */
export function whosePage(visit: Visit, act: Act): Promise<Response> | undefined {
  const typedText = visit.query("email");
  if (visit.query("account") !== "" || readNamedAddress(typedText) !== undefined) return undefined;
  const problem = typedText === "" ? undefined : describeAddressProblem(visit, typedText);
  return pageWithForm(
    visit,
    { title: t.titles[act], back: { path: "/people", text: frameTexts.people }, status: typedText === "" ? 200 : 400 },
    <form method="get" action={paths[act]} class="card narrow">
      <p>
        <InputField id="email" label={t.whose} value={typedText} problem={problem} autocapitalize="off" autofocus required />
      </p>
      <SubmitButton text={t.next} />
    </form>,
  );
}

const t = pageTexts({
  verbs: { export: ["export", "내보내기"], erase: ["erase", "삭제"] },
  acts: {
    export: [(who: string) => `Export what is stored about ${who}`, (who) => `${who}에 관해 저장된 내용 내보내기`],
    erase: [(who: string) => `Erase what is stored about ${who}…`, (who) => `${who}에 관해 저장된 내용 삭제…`],
  },
  titles: { export: ["Export a person's data", "개인 데이터 내보내기"], erase: ["Erase a person's data", "개인 데이터 삭제"] },
  whose: ["Email address of the person", "해당하는 사람의 이메일 주소"],
  next: ["Continue", "계속"],
});
