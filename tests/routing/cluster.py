"""A cluster of three Redis servers, made by hand: each has a third of the slots, and refuses what is not its own."""

import socket
import subprocess
import time
from pathlib import Path

import redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import RedisError

from foundation.redis import server_binary

SLOTS = 16384
NODES = 3
PATIENCE = 20.0
REPLIES = 100


class Cluster:
    """Starts with `start`, and must be stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = _free_ports()
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> RedisCluster:
        """The three servers, one cluster; a client of it."""
        for port in self.ports:
            self.processes.append(self._server(port))
        nodes = [redis.Redis(port=port) for port in self.ports]
        for node in nodes:
            _until(node.ping)
        for index, node in enumerate(nodes):
            first, last = SLOTS * index // NODES, SLOTS * (index + 1) // NODES
            node.execute_command("CLUSTER", "ADDSLOTS", *range(first, last))
            node.execute_command("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
        for port in self.ports[1:]:
            nodes[0].execute_command("CLUSTER", "MEET", "127.0.0.1", port)
        for node in nodes:
            _until(lambda node=node: _is_whole(node))
            node.close()
        return RedisCluster(
            startup_nodes=[ClusterNode("127.0.0.1", port) for port in self.ports], decode_responses=True
        )

    def stop(self) -> None:
        """End the servers."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _server(self, port: int) -> subprocess.Popen[bytes]:
        folder = self.folder / str(port)
        folder.mkdir()
        options = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
        cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", 5000]
        command = [server_binary(), *map(str, options), *map(str, cluster)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _free_ports() -> list[int]:
    """Ports that are free, and whose bus ports (10,000 above) are in range."""
    found: list[int] = []
    while len(found) < NODES:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with socket.socket() as bus:
            below = port - 20000 if port > 40000 else port
            try:
                bus.bind(("127.0.0.1", below + 10000))
                with socket.socket() as own:
                    own.bind(("127.0.0.1", below))
            except OSError:
                continue
        if below not in found:
            found.append(below)
    return found


def _is_whole(node: redis.Redis) -> bool:
    told = node.execute_command("CLUSTER", "INFO")
    text = told.decode() if isinstance(told, bytes) else str(told)
    return ("cluster_state:ok" in text or "'cluster_state': 'ok'" in text) and (
        f"cluster_known_nodes:{NODES}" in text or f"'cluster_known_nodes': '{NODES}'" in text
    )


def _until(holds) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if holds():
                return
        except RedisError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError("the cluster does not come together")
        time.sleep(0.05)
