import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { languageDetector } from "hono/language";
import { secureHeaders } from "hono/secure-headers";
import { addAssets, assets } from "../../console/style/style";
import { languages, runInLanguage } from "../../console/texts/languages";
import type { UserFlow } from "../../simulator/client/visit";
import { addBenchRoutes } from "./bench-routes";
import { simulatorStyle } from "./layout";
import { PageAnswers, type Surroundings } from "./page-answers";
import { readLanguage } from "./pages";

/** Host names of this machine. A request with another Host header may come from a page of another site (DNS rebinding). */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Creates an app without pages. It serves this machine only, in the person's language, and forbids caching and framing. */
function guardedApp(): Hono {
  const app = new Hono();
  app.use(async (c, next) => (ownHost.test(c.req.header("host") ?? "") ? await next() : c.text("Wrong host", 403)));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: "same-origin",
      // The app is served over http on this machine only.
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());
  app.use(
    languageDetector({
      order: ["querystring", "header"],
      supportedLanguages: [...languages],
      fallbackLanguage: "en",
      lookupQueryString: "lang",
      caches: false,
    }),
  );
  app.use(async (c, next) => {
    await runInLanguage(readLanguage(c), next);
    c.header("Cache-Control", "no-store");
  });
  return app;
}

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
