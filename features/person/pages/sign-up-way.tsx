import type { Visit } from "../../../console/app/visit";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { personPath } from "../../../console/parts/links";
import { Moment } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { forgetAccount } from "../acts";
import { findStoredWays, type SignUpWay } from "../store/sign-up-ways";
import { nobodyPage } from "./person-parts";
import { readKeptPerson } from "./read-person";

export async function readSignUpWays({ world }: Visit, email: string | undefined): Promise<readonly SignUpWay[]> {
  return email === undefined ? [] : await findStoredWays(email, await world.hashes(), world.ledger);
}

export function signUpWays(visit: Visit, email: string, ways: readonly SignUpWay[]) {
  return (
    <>
      {ways.map(({ issuer, at }) => (
        <p>
          {signUpWayTexts.by(visible(issuer))} <Moment at={at} />
        </p>
      ))}
      {visit.may("Administrator") ? (
        <PostForm visit={visit} action="/people/forget-account" hidden={{ email }}>
          <SubmitButton text={signUpWayTexts.forget} class="quiet" title={signUpWayTexts.hint} />
        </PostForm>
      ) : null}
    </>
  );
}

export async function postForgetAccount(visit: Visit): Promise<Response> {
  const { asked, named } = (await readKeptPerson(visit, (name) => visit.field(name).trim())) ?? {};
  if (asked?.email === undefined || named === undefined) return await nobodyPage(visit);
  const { kind } = await visit.carryOut(forgetAccount, { target: named, input: {}, answered: "all" });
  return visit.goTo(personPath(asked.email, { done: kind === "changed" ? "changed" : "forgotten" }));
}

export const signUpWayTexts = pageTexts({
  label: ["Signed up", "가입 방법"],
  by: [(issuer: string) => `with ${issuer}`, (issuer) => issuer],
  forget: ["Forget", "기억 지우기"],
  hint: [
    "Use this if their account was deleted: they may then sign up in another way.",
    "계정이 삭제된 뒤 다른 방법으로 가입할 수 있게 합니다.",
  ],
  done: {
    forgotten: ["Forgotten: the person may sign up in any way.", "가입 방법을 지웠습니다. 이제 어떤 방법으로든 가입할 수 있습니다."],
    changed: ["The person has just signed up again. Nothing was forgotten.", "방금 다시 가입했습니다. 지우지 않았습니다."],
  },
});
