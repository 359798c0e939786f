/** The simulated cloud in a process of its own, so that what it does is not our time: ends with its parent. */

import type { CloudOptions } from '../../src/simulator/cloud/options.ts';
import { startCloud } from '../../src/simulator/cloud/start-cloud.ts';

const { url, clientId, clientSecret } = await startCloud(JSON.parse(process.argv[2] ?? '{}') as CloudOptions);
process.once('disconnect', () => process.exit(0));
process.send?.({ url, clientId, clientSecret });
