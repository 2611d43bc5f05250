"""Whom the desk serves: customers, their sites, their users, and the mail domains they are known by."""
