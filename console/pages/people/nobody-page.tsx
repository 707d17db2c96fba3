import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/alert";
import { peopleTexts } from "./people-texts";

/** What an address answers that names nobody. */
export function nobodyPage(visit: Visit): Promise<Response> {
  const t = visit.say(peopleTexts);
  const content = (
    <>
      <Alert>{t.notFound}</Alert>
      <p>
        <a href="/people">{t.title}</a>
      </p>
    </>
  );
  return visit.page(t.title, content, { status: 400 });
}
