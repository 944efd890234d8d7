"""Use cases: what a command does to a project, joining the store with the pure folders."""

from annotator.project.folder import Project

__all__ = ["Project"]
