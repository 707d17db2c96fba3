import { beforeCreateUser } from "entra-gatehouse";
import { who } from "./who";

/** Before the account is created. The same again, because some people skip the first step. */
export default beforeCreateUser([...who], { admitsEverybody: "a public portal" });
