import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { Alert, ButtonLink, ErrorSummary, type FormProblem } from "./forms";

interface BackLinkProps {
  readonly path: string;
  readonly text: string;
}

export function BackLink({ path, text }: BackLinkProps) {
  return (
    <p>
      <a href={path}>{text}</a>
    </p>
  );
}

interface FormPage {
  readonly title: string;
  /** The reasons why the sent form had no effect. The page begins with them. @default nothing was sent */
  readonly problems?: readonly FormProblem[];
  readonly idOf?: ((field: string) => string) | undefined;
  readonly back: BackLinkProps;
  /** @default 400 if there are problems */
  readonly status?: 200 | 400 | 409 | undefined;
}

/** Makes a page with a form. If the sent form was not accepted, the page repeats its values and says why. */
export function pageWithForm(visit: Visit, { title, problems = [], idOf, back, status }: FormPage, content: Child): Promise<Response> {
  const page = (
    <>
      <ErrorSummary title={frameTexts.notDone} problems={problems} idOf={idOf} />
      {content}
      <BackLink {...back} />
    </>
  );
  return visit.page(title, page, { status: status ?? (problems.length === 0 ? 200 : 400) });
}

interface RefusalPage {
  readonly title: string;
  readonly why: Child;
  readonly back: BackLinkProps;
  readonly status: 200 | 400 | 404 | 409 | 413;
}

/** Makes a page that explains why nothing was done. The page has a link back. */
export function refusalPage(visit: Visit, { title, why, back, status }: RefusalPage): Promise<Response> {
  const content = (
    <>
      <Alert>{why}</Alert>
      <BackLink {...back} />
    </>
  );
  return visit.page(title, content, { status });
}

/**
 * A question before an act, with its form. If a form or link with `data-asks` led to the question, scripts show the question in place of
 * the pressed button (browser/questions.ts). Otherwise the question is a page.
 */
export function ConfirmQuestion({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <section data-question="" aria-label={title}>
      {children}
    </section>
  );
}

/**
 * The link beside a question's button. It leads back without an answer.
 * @param text the link's text. If there is nothing to answer, give a text other than Cancel
 */
export function CancelLink({ path, text = frameTexts.cancel }: { readonly path: string; readonly text?: string | undefined }) {
  return <ButtonLink path={path} text={text} data-cancel="" />;
}
