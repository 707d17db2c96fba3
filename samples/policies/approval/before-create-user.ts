import { beforeCreateUser, format, titleCase } from "entra-gatehouse";
import { who } from "./who";

export default beforeCreateUser([format({ displayName: titleCase }), ...who]);
