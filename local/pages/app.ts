import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { addAssets, assets } from "../../console/style/assets";
import type { UserFlow } from "../../simulator/client/flow";
import { addBenchRoutes } from "./bench-routes";
import { guardedApp } from "./guarded-app";
import { simulatorStyle } from "./layout";
import { PageAnswers, type Surroundings } from "./page-answers";

/** Maximum size of a form: enough for two answers of the largest size that the client keeps. A form's encoding makes the answers longer. */
const MAX_FORM_BYTES = 16 * 1_024 * 1_024;

/** The server keeps no state: each address and form contains the sign-up so far. The first user flow is the default. */
export function simulatorApp(flows: readonly UserFlow[], around: Surroundings = {}): Hono {
  const pages = new PageAnswers(flows, around);
  const app = guardedApp();
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES, onError: (c) => pages.broken(c as Context) }));
  addAssets(app, [assets.style, assets.icon, simulatorStyle]);
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
  if (around.bench !== undefined) addBenchRoutes(app, around.bench, pages);

  app.notFound((c) => pages.missing(c));
  app.onError((error, c) => ("getResponse" in error ? error.getResponse() : pages.broken(c)));
  return app;
}
