#!/usr/bin/env bash
# The kernels on this machine's GPU, in one command: checked against float64, then timed; one JSON.
#
#   benchmarks/gpu/run.sh [--software] [--quick] [--json FILE] [--dimensions 4,16,64] [--backends webgpu,webasm,cpu]
#
# Everything comes from dist/gpu-bundle.tar.gz (Node, Vulkan loader, sources); where that is missing or older than the sources it is packed first, which needs node_modules. Nothing is
# fetched. --software runs on SwiftShader, as Debian's chromium brings it: it shows that everything runs, not what it costs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bundle=dist/gpu-bundle.tar.gz

software=false
args=()
json=
while [ $# -gt 0 ]; do
  case $1 in
    --software) software=true ;;
    --json) json=${2:?--json needs a file}; shift ;;
    *) args+=("$1") ;;
  esac
  shift
done
json=$(realpath -m "${json:-reports/out/gpu/kernels.json}")

node=node_modules/.bin/node
if [ -x "$node" ]; then
  if [ ! -f "$bundle" ] || [ -n "$(find src benchmarks package.json -newer "$bundle" -type f -print -quit)" ]; then "$node" benchmarks/gpu/pack.ts; fi
elif [ ! -f "$bundle" ]; then
  echo "$bundle is missing and so is $node: run npm ci, or bring the bundle (benchmarks/gpu/pack.ts makes it)" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xzf "$bundle"

# The system's loader knows the system's drivers best.
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
has() { "$ldconfig" -p 2>/dev/null | grep -q "$1"; }
has 'libvulkan\.so\.1' || export LD_LIBRARY_PATH="$work/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

if $software; then
  swiftshader=/usr/lib/chromium
  [ -f "$swiftshader/vk_swiftshader_icd.json" ] || { echo "--software needs SwiftShader: apt-get install -y chromium" >&2; exit 2; }
  export VK_DRIVER_FILES="$swiftshader/vk_swiftshader_icd.json"
elif [ -z "${VK_DRIVER_FILES:-}" ] && ! compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null && ! compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null; then
  # Containers have NVIDIA's driver without the file that names it.
  if has 'libGLX_nvidia\.so\.0'; then
    printf '{"file_format_version": "1.0.1", "ICD": {"library_path": "libGLX_nvidia.so.0", "api_version": "1.3.0"}}\n' >"$work/nvidia_icd.json"
    export VK_DRIVER_FILES="$work/nvidia_icd.json"
  else
    echo "no Vulkan driver is named here, and libGLX_nvidia.so.0 is missing (in a container: NVIDIA_DRIVER_CAPABILITIES must include graphics)" >&2
  fi
fi

mkdir -p "$(dirname "$json")"
cd "$work"
./node benchmarks/gpu/run-kernels.ts --json "$json" ${args[@]+"${args[@]}"}
