import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this user is bound by the permissions of files. Root is not, unless it gave up `CAP_DAC_OVERRIDE` (`.ci/run`). */
export const PERMISSIONS_BIND = doPermissionsBind();

function doPermissionsBind(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'withings-signals-permissions-'));
  try {
    chmodSync(folder, 0);
    readdirSync(folder);
    return false;
  } catch {
    return true;
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  }
}
