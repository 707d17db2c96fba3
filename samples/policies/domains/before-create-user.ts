import { beforeCreateUser } from "entra-gatehouse";
import { who } from "./who";

/** The same again, because some people skip the first step. */
export default beforeCreateUser([...who]);
