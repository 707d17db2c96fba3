import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { Alert } from "./forms";

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

interface RefusalPage {
  readonly title: string;
  readonly why: Child;
  readonly back: BackLinkProps;
  readonly status: 400 | 404 | 409 | 413;
}

/** A page that says why nothing was done, and leads back. */
export function refusalPage(visit: Visit, { title, why, back, status }: RefusalPage): Promise<Response> {
  const content = (
    <>
      <Alert>{why}</Alert>
      <BackLink {...back} />
    </>
  );
  return visit.page(title, content, { status });
}
