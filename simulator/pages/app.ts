import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { UserFlow } from "../client/flow";
import { addBenchRoutes } from "./bench-routes";
import { guardedApp } from "./guarded-app";
import type { Look } from "./layout";
import { PageAnswers, type Surroundings } from "./page-answers";
import { style } from "./style";

/** Two answers of the client's largest size, encoded in a form. */
const MAX_FORM_BYTES = 16 * 1_024 * 1_024;

/**
 * The simulator's pages. They keep no state: each address and form contains what came before.
 * @param flows the available ones; the first is the default
 */
export function simulatorApp(flows: readonly UserFlow[], look: Look, around: Surroundings = {}): Hono {
  const pages = new PageAnswers(flows, look, around);
  const app = guardedApp();
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (c) => pages.broken(c as Context) }));
  app.get("/style.css", (c) => c.body(`${look.style}${style}`, 200, { "Content-Type": "text/css; charset=utf-8" }));
  app.get("/icon.svg", (c) => c.body(look.mark, 200, { "Content-Type": "image/svg+xml" }));
  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("/", async (c) => {
    const flow = pages.flowAt(c);
    if (flow === undefined) return await pages.missing(c);
    const { card, person, recorded, email, new: isNew } = c.req.query();
    if (email !== undefined) return await pages.runTyped(c, flow, new URL(c.req.url).searchParams);
    if ((card ?? person ?? recorded) !== undefined) return await pages.runNamed(c, flow);
    return isNew === undefined ? await pages.start(c, flow) : await pages.startNew(c, flow);
  });
  app.post("/", async (c) => {
    const flow = pages.flowAt(c);
    return flow === undefined ? await pages.broken(c) : await pages.runTyped(c, flow, await pages.fieldsIn(c));
  });
  app.post("/all", async (c) => {
    const flow = pages.flowAt(c);
    return flow === undefined ? await pages.broken(c) : await pages.ranAll(c, flow);
  });
  if (around.bench !== undefined) addBenchRoutes(app, around.bench, pages);

  app.notFound((c) => pages.missing(c));
  app.onError((error, c) => ("getResponse" in error ? error.getResponse() : pages.broken(c)));
  return app;
}
