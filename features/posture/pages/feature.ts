import type { ConsoleFeature } from "../../../console/app/visit";
import { type PostureStore, postureStore } from "../store/postures";
import { routes } from "./posture";
import { POSTURE_PATH, PostureBanner } from "./posture-banner";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** How gates are set. */
    readonly postures: PostureStore;
  }
}

export const feature = {
  ports: ({ tables, nameOf }) => ({ postures: postureStore(tables, nameOf("decisions")) }),
  routes,
  menu: [{ path: POSTURE_PATH, access: "Reader", name: { en: "Gates", ko: "게이트" }, place: "more" }],
  banner: async (visit) => PostureBanner({ visit, rows: await visit.world.postures.of(visit.world.gates) }),
} satisfies ConsoleFeature;
