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

export function refusalPage(visit: Visit, { title, why, back, status }: RefusalPage): Promise<Response> {
  const content = (
    <>
      <Alert>
        <p>{why}</p>
      </Alert>
      <BackLink {...back} />
    </>
  );
  return visit.page(title, content, { status });
}

/** If a form or link with `data-asks` led here, scripts show the question in place of the pressed button (browser/questions.ts). */
export function ConfirmQuestion({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <section data-question="" aria-label={title}>
      {children}
    </section>
  );
}

/** Leads back without an answer. @param text a text other than Cancel if there is nothing to answer */
export function CancelLink({ path, text = frameTexts.cancel }: { readonly path: string; readonly text?: string | undefined }) {
  return <ButtonLink path={path} text={text} data-cancel="" />;
}
